package dev.holdfast.release;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The loader's side: what a workspace reads its plugins by. Needs nothing but the file system.
 *
 * <p>Readers' contract: resolve once, read below. {@link Plugin#path()} is a release folder that never changes; two
 * files read below it are of one version, which two reads through the live path need not be. A reader that goes on for
 * longer than the grace of the host takes {@link #hold}.
 */
public final class PluginDirectory {

    private static final int TRIES = 100;

    private final Path root;

    private PluginDirectory(Path root) {
        this.root = root;
    }

    /** Returns the plugins below {@code root}, which need not exist yet. */
    public static PluginDirectory at(Path root) {
        return new PluginDirectory(root);
    }

    /**
     * A complete plugin.
     *
     * @param name its name
     * @param path its release folder, resolved: read below this, not through the live path
     * @param release what it is
     */
    public record Plugin(PluginName name, Path path, Release release) {}

    /**
     * Lists the complete plugins, ordered by name. Staging, snapshots and whatever else is not a complete release of
     * ours is left out; one bad plugin keeps no other from being listed.
     *
     * @throws IOException if the root cannot be read
     */
    public List<Plugin> plugins() throws IOException {
        List<Plugin> plugins = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
                for (Path entry : entries) {
                    plugin(entry).ifPresent(plugins::add);
                }
            }
        }
        plugins.sort(Comparator.comparing(plugin -> plugin.name().value()));
        return plugins;
    }

    /**
     * Returns a plugin of that name if it is complete.
     *
     * @throws IOException if it cannot be read
     */
    public Optional<Plugin> find(PluginName name) throws IOException {
        return plugin(root.resolve(name.value()));
    }

    /**
     * Returns whether a plugin's files are those that were delivered, by reading all of them.
     *
     * @throws IOException if they cannot be read
     */
    public boolean isIntact(Plugin plugin) throws IOException {
        return ReleaseFolder.manifest(plugin.path())
                .digest()
                .equals(plugin.release().digest());
    }

    /**
     * Takes hold of the release of a plugin that is live now: no collection removes it until the hold is closed, or was
     * not renewed for a time. Call {@link PluginHold#refresh} each minute.
     *
     * @param holder who holds it, for people: at most 64 letters, digits, dots, dashes and underscores. Two holds may
     *     have the same one
     * @return the hold; empty if there is no complete plugin of that name
     * @throws dev.holdfast.spi.PermanentException with {@link dev.holdfast.spi.Reason#INVALID_VALUE} for another
     *     {@code holder}
     * @throws IOException if the hold cannot be written: this process may not write to {@code .holds}, which
     *     {@link ReaderHolds#directoryMode} can allow, or {@value HeldReleases#MOST} holds of this plugin are there
     *     already
     */
    public Optional<PluginHold> hold(PluginName name, String holder) throws IOException {
        PluginHold.checkHolder(holder);
        for (int i = 0; i < TRIES; i++) {
            Path live = root.resolve(name.value());
            Optional<Stamp> stamp = stamp(name, live);
            if (stamp.isEmpty()) {
                return Optional.empty();
            }
            HoldFile file = HoldFile.create(root.resolve(new Layout(name).holds()), stamp.get() + "." + holder);
            try {
                Optional<Plugin> plugin = plugin(name, stamp.get());
                if (plugin.isPresent()) {
                    return Optional.of(
                            new PluginHold(plugin.get().path(), plugin.get().release(), file));
                }
                file.remove();
            } catch (IOException | RuntimeException e) {
                file.remove();
                throw e;
            }
            if (stamp(name, live).equals(stamp)) {
                return Optional.empty();
            }
        }
        throw new IOException(name + " in " + root + " was replaced and collected " + TRIES
                + " times while it was being held; try again");
    }

    private static Optional<Stamp> stamp(PluginName name, Path live) throws IOException {
        return Files.isSymbolicLink(live)
                ? new Layout(name).stampOf(Files.readSymbolicLink(live).toString())
                : Optional.empty();
    }

    private Optional<Plugin> plugin(Path live) throws IOException {
        Path name = live.getFileName();
        if (name == null || name.toString().startsWith(".")) {
            return Optional.empty();
        }
        try {
            PluginName plugin = PluginName.of(name.toString());
            Optional<Stamp> stamp = stamp(plugin, live);
            return stamp.isEmpty() ? Optional.empty() : plugin(plugin, stamp.get());
        } catch (dev.holdfast.spi.PermanentException notOurs) {
            return Optional.empty();
        }
    }

    private Optional<Plugin> plugin(PluginName plugin, Stamp stamp) throws IOException {
        try {
            Path release = root.resolve(new Layout(plugin).release(stamp));
            Path marker = release.resolve(Layout.MARKER);
            if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            Marker read = Marker.parse(Files.readAllBytes(marker));
            return Optional.of(new Plugin(plugin, release.toRealPath(), read.release()));
        } catch (NoSuchFileException collected) {
            return Optional.empty();
        } catch (Marker.Unreadable | dev.holdfast.spi.PermanentException notOurs) {
            return Optional.empty();
        }
    }
}
