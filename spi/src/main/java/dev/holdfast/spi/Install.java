package dev.holdfast.spi;

import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.OperationJournal;
import java.time.Instant;

/**
 * What is recorded of one plugin in one workspace. A belief: the marker on the target is the fact.
 *
 * @param key workspace and plugin; one record for each
 * @param address where it was put; an address and plugin belong to one workspace only
 * @param origin where it comes from and what it follows
 * @param release what was delivered
 * @param policy who decides on its updates; written by {@link InstallStore#setPolicy} alone
 * @param installedAt when this plugin was first installed here
 * @param updatedAt when this record last changed
 */
public record Install(
        InstallKey key,
        TargetAddress address,
        Origin origin,
        Release release,
        UpdatePolicy policy,
        Instant installedAt,
        Instant updatedAt) {

    /**
     * Returns what an operation made live, for {@link OperationJournal#record}: the policy and the times are the
     * store's.
     */
    public static Install delivered(InstallKey key, TargetAddress address, Origin origin, Release release) {
        return new Install(key, address, origin, release, UpdatePolicy.manual(), Instant.EPOCH, Instant.EPOCH);
    }

    /** Returns the same under another policy. */
    public Install policy(UpdatePolicy another) {
        return new Install(key, address, origin, release, another, installedAt, updatedAt);
    }

    /** Returns the same with the times at which it was first installed, and changed last. */
    public Install times(Instant first, Instant last) {
        return new Install(key, address, origin, release, policy, first, last);
    }

    /** Returns the workspace. */
    public WorkspaceId workspace() {
        return key.workspace();
    }

    /** Returns the plugin. */
    public PluginName plugin() {
        return key.plugin();
    }

    /** Returns the delivered revision. */
    public Revision revision() {
        return release.revision();
    }

    /** Returns the place that operations on it hold exclusively. */
    public Destination destination() {
        return new Destination(address, key.plugin());
    }
}
