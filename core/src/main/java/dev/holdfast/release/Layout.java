package dev.holdfast.release;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Stamp;
import java.util.Optional;

/** Where the parts of one plugin lie below the root of a target; see {@code docs/contract.md}. */
record Layout(PluginName plugin) {

    static final String MARKER = ".complete";
    static final String RELEASES = ".releases";
    static final String ASIDE = ".aside";
    static final String SPARE = ".spare";
    private static final String ADOPTED = "adopted-";

    /** The path that loaders read: a relative link to a release. */
    String live() {
        return plugin.value();
    }

    /** A link to what live named before the last swap. */
    String previous() {
        return ".previous/" + plugin;
    }

    String releases() {
        return RELEASES + "/" + plugin;
    }

    String release(Stamp stamp) {
        return releases() + "/" + stamp;
    }

    String stagings() {
        return ".staging/" + plugin;
    }

    String staging(Stamp stamp) {
        return stagings() + "/" + stamp;
    }

    String flips() {
        return ".flip/" + plugin;
    }

    String flip(long epoch) {
        return flips() + "/" + epoch;
    }

    /** What an operation needs to change live: a higher epoch takes it away, and the change then fails. */
    String token(long epoch) {
        return flip(epoch) + "/" + plugin;
    }

    /** Where the snapshot link is made; the dot keeps it apart from every plugin's name. */
    String pin(long epoch) {
        return flip(epoch) + "/.pin";
    }

    /** The way out for what stands at live, a link to {@link #adopted}; a higher epoch takes it away like the token. */
    String aside(long epoch) {
        return flip(epoch) + "/" + ASIDE;
    }

    /** Empty directories, which are given up where all entries of a file system are used. */
    String spare() {
        return fences() + "/" + SPARE;
    }

    /** As many of them as a rollback, a removal or a small collection needs. */
    String spares() {
        return spare() + "/1/2/3/4/5/6/7/8/9";
    }

    /** Where a plain directory is kept that stood at live until the release of {@code stamp} took its place. */
    String adopted(Stamp stamp) {
        return releases() + "/" + ADOPTED + stamp;
    }

    /** The holds of readers, each named by its release and its holder; made by whoever comes first. */
    String holds() {
        return ".holds/" + plugin;
    }

    /** A file that is written to learn what time it is on the target. */
    String clock() {
        return fences() + "/.clock";
    }

    String fences() {
        return ".fence/" + plugin;
    }

    String fence(long epoch) {
        return fences() + "/" + epoch;
    }

    /** Returns the stamp of the release that a link at live points to; empty if it points anywhere else. */
    Optional<Stamp> stampOf(String linkTarget) {
        String prefix = releases() + "/";
        if (!linkTarget.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Stamp(linkTarget.substring(prefix.length())));
        } catch (dev.holdfast.spi.PermanentException notOurs) {
            return Optional.empty();
        }
    }

    /** Returns whose release took the place of the directory that is kept under this name; empty for any other name. */
    Optional<Stamp> adoptedBy(String name) {
        return name.startsWith(ADOPTED)
                ? stampOf(releases() + "/" + name.substring(ADOPTED.length()))
                : Optional.empty();
    }
}
