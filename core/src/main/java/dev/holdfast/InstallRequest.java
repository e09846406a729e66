package dev.holdfast;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.fleet.Labels;
import java.util.Optional;

/**
 * What to install where, and what to follow from then on.
 *
 * <p>What to follow is {@code track}. Where the host does not say, it is the ref of the source if that moves by design:
 * a branch, {@code tag:latest}, a range. Of a source that is pinned, to one tag or one full commit id, it is nothing:
 * upstream is never asked, and nothing is queued or alarmed. {@code track(TrackedRef.tag("v1.0.0"))} asks to be told if
 * somebody moves that tag; {@code track(TrackedRef.none())} stays at what was installed from a branch.
 *
 * @param workspace the workspace
 * @param source where the plugin comes from; its ref says what is installed now
 * @param address where it goes
 * @param plugin its name; default: the last segment of the source
 * @param track what sweeps follow; default: the source's own ref, or nothing if that is a tag or a commit id
 * @param actor who asks, for the audit; default {@code host}
 * @param replaceSource whether an install of the same name from another source may be replaced; default false
 * @param policy who decides on its updates; default: as it is, which for a first install is an operator. Where it names
 *     a plan, and a rollout to what the source means is under way, a first install begins with what the waiting members
 *     have
 * @param labels what the host calls this install, set when it has succeeded; default none, which leaves those it has
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
        Optional<UpdatePolicy> policy,
        Labels labels,
        Progress progress) {

    /** Returns a request with the defaults. */
    public static InstallRequest of(WorkspaceId workspace, Source source, TargetAddress address) {
        return new InstallRequest(
                workspace,
                source,
                address,
                source.defaultName(),
                followed(source.ref()),
                "host",
                false,
                Optional.empty(),
                Labels.none(),
                Progress.NONE);
    }

    private static TrackedRef followed(TrackedRef ref) {
        boolean pinned = ref instanceof TrackedRef.Tag || ref instanceof TrackedRef.Sha;
        return pinned ? TrackedRef.none() : ref;
    }

    /** Returns what the install will be known by. */
    public InstallKey key() {
        return new InstallKey(workspace, plugin);
    }

    /** Returns the same under another plugin name. */
    public InstallRequest as(PluginName name) {
        return new InstallRequest(
                workspace, source, address, name, track, actor, replaceSource, policy, labels, progress);
    }

    /**
     * Returns the same, following {@code ref} from then on. The first install takes the ref of the source, not this
     * one: beside a source without a ref it takes the default branch, even with {@link TrackedRef#latestTag()}.
     */
    public InstallRequest track(TrackedRef ref) {
        return new InstallRequest(
                workspace, source, address, plugin, ref, actor, replaceSource, policy, labels, progress);
    }

    /** Returns the same, asked for by {@code who}. */
    public InstallRequest by(String who) {
        return new InstallRequest(
                workspace, source, address, plugin, track, who, replaceSource, policy, labels, progress);
    }

    /** Returns the same, allowed to replace an install from another source. */
    public InstallRequest replacingSource() {
        return new InstallRequest(workspace, source, address, plugin, track, actor, true, policy, labels, progress);
    }

    /** Returns the same, with who decides on its updates; set when the install has succeeded. */
    public InstallRequest policy(UpdatePolicy who) {
        return new InstallRequest(
                workspace, source, address, plugin, track, actor, replaceSource, Optional.of(who), labels, progress);
    }

    /** Returns the same, with one more label, or another value of one; set when the install has succeeded. */
    public InstallRequest label(String key, String value) {
        return new InstallRequest(
                workspace,
                source,
                address,
                plugin,
                track,
                actor,
                replaceSource,
                policy,
                labels.with(key, value),
                progress);
    }

    /** Returns the same, with progress told to {@code listener}. */
    public InstallRequest progress(Progress listener) {
        return new InstallRequest(
                workspace, source, address, plugin, track, actor, replaceSource, policy, labels, listener);
    }
}
