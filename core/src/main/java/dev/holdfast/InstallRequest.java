package dev.holdfast;

import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;

/**
 * What to install where, and what to follow from then on.
 *
 * @param workspace the workspace
 * @param source where the plugin comes from; its ref says what is installed now
 * @param address where it goes
 * @param plugin its name; default: the last segment of the source
 * @param track what sweeps follow; default: the source's own ref
 * @param actor who asks, for the audit; default {@code host}
 * @param replaceSource whether an install of the same name from another source may be replaced; default false
 * @param progress hears how far the delivery has come; default nothing
 */
public record InstallRequest(
        WorkspaceId workspace,
        Source source,
        TargetAddress address,
        PluginName plugin,
        TrackedRef track,
        String actor,
        boolean replaceSource,
        Progress progress) {

    /** Returns a request with the defaults. */
    public static InstallRequest of(WorkspaceId workspace, Source source, TargetAddress address) {
        return new InstallRequest(
                workspace, source, address, source.defaultName(), source.ref(), "host", false, Progress.NONE);
    }

    /** Returns the same under another plugin name. */
    public InstallRequest as(PluginName name) {
        return new InstallRequest(workspace, source, address, name, track, actor, replaceSource, progress);
    }

    /** Returns the same, following {@code ref}. */
    public InstallRequest track(TrackedRef ref) {
        return new InstallRequest(workspace, source, address, plugin, ref, actor, replaceSource, progress);
    }

    /** Returns the same, asked for by {@code who}. */
    public InstallRequest by(String who) {
        return new InstallRequest(workspace, source, address, plugin, track, who, replaceSource, progress);
    }

    /** Returns the same, allowed to replace an install from another source. */
    public InstallRequest replacingSource() {
        return new InstallRequest(workspace, source, address, plugin, track, actor, true, progress);
    }

    /** Returns the same, with progress told to {@code listener}. */
    public InstallRequest progress(Progress listener) {
        return new InstallRequest(workspace, source, address, plugin, track, actor, replaceSource, listener);
    }
}
