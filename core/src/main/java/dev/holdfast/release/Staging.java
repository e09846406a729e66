package dev.holdfast.release;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import java.util.Optional;

/**
 * What is about to be staged.
 *
 * @param plugin the plugin
 * @param source where it comes from, for the marker
 * @param revision what the bundle holds
 * @param version the name of the revision, where it has one
 * @param stamp the folder
 * @param epoch the operation
 * @param owner whose it is, for the marker
 * @param base a release on the target from which unchanged files may be taken
 */
public record Staging(
        PluginName plugin,
        String source,
        Revision revision,
        Optional<String> version,
        Stamp stamp,
        long epoch,
        Optional<ReleaseOwner> owner,
        Optional<Stamp> base) {

    /** What is sent as a whole. */
    public Staging(
            PluginName plugin,
            String source,
            Revision revision,
            Optional<String> version,
            Stamp stamp,
            long epoch,
            Optional<ReleaseOwner> owner) {
        this(plugin, source, revision, version, stamp, epoch, owner, Optional.empty());
    }

    /** Returns the same, to be delivered over this release. */
    public Staging over(Stamp release) {
        return new Staging(plugin, source, revision, version, stamp, epoch, owner, Optional.of(release));
    }

    Marker.Label label() {
        return new Marker.Label(plugin, source, revision, version, stamp, epoch, owner);
    }
}
