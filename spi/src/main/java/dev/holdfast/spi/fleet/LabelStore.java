package dev.holdfast.spi.fleet;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.Page;

/**
 * The labels of workspaces and installs. Those of a workspace may be set before anything is installed there and stay
 * until it is forgotten, see {@link InstallStore#forget}; those of an install go with it.
 */
public interface LabelStore {

    /** Returns the labels of a workspace. */
    Labels of(WorkspaceId workspace);

    /** Returns the labels that count for an install, which need not exist: its own, over those of its workspace. */
    Labels of(InstallKey key);

    /**
     * Sets all labels of a workspace. Audited if they change.
     *
     * @return whether they changed
     */
    boolean set(WorkspaceId workspace, Labels labels, String actor);

    /**
     * Sets all labels that an install has of its own. Audited if they change.
     *
     * @return whether they changed; false if there is no such install
     */
    boolean set(InstallKey key, Labels labels, String actor);

    /** Lists the installs whose labels a selector chooses, ordered by workspace, then plugin. */
    Page<Install> list(LabelSelector selector, Page.Request page);
}
