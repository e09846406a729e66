package dev.holdfast.release;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The loader's side: what a workspace reads its plugins by. Needs nothing but the file system.
 *
 * <p>Readers' contract: resolve once, read below. {@link Plugin#path()} is a release folder that never changes; two files
 * read below it are of one version, which two reads through the live path need not be.
 */
public final class PluginDirectory {

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
     * Lists the complete plugins, ordered by name. Staging, snapshots and whatever else is not a complete release of ours is
     * left out; one bad plugin keeps no other from being listed.
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

    private Optional<Plugin> plugin(Path live) throws IOException {
        Path name = live.getFileName();
        if (name == null || name.toString().startsWith(".") || !Files.isSymbolicLink(live)) {
            return Optional.empty();
        }
        try {
            PluginName plugin = PluginName.of(name.toString());
            Optional<Stamp> stamp =
                    new Layout(plugin).stampOf(Files.readSymbolicLink(live).toString());
            if (stamp.isEmpty()) {
                return Optional.empty();
            }
            Path release = root.resolve(new Layout(plugin).release(stamp.get()));
            Path marker = release.resolve(Layout.MARKER);
            if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            Marker read = Marker.parse(Files.readAllBytes(marker));
            return Optional.of(new Plugin(plugin, release.toRealPath(), read.release()));
        } catch (Marker.Unreadable | dev.holdfast.spi.PermanentException notOurs) {
            return Optional.empty();
        }
    }
}
