package dev.holdfast.spi.store;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import java.util.Optional;

/** Reads what is installed. Installs are written through {@link OperationJournal#record}, their policies here. */
public interface InstallStore {

    /** Returns the install of that key. */
    Optional<Install> find(InstallKey key);

    /** Returns the install that holds a destination, whichever workspace it belongs to. */
    Optional<Install> at(Destination destination);

    /** Lists all installs, ordered by workspace, then plugin. */
    Page<Install> list(Page.Request page);

    /** Lists the installs of one workspace, ordered by plugin. */
    Page<Install> list(WorkspaceId workspace, Page.Request page);

    /**
     * Sets who decides on the updates of an install, until it is uninstalled. Audited if it changes.
     *
     * @return false if there is no such install
     */
    boolean setPolicy(InstallKey key, UpdatePolicy policy, String actor);

    /**
     * Drops a deleted workspace: its installs, open updates, open operations, labels and places, in one transaction,
     * touching no target. Open operations end {@code FAILED}, open updates {@code RESOLVED}; both stay as history.
     *
     * @return how many installs were dropped
     */
    int forget(WorkspaceId workspace, String actor);
}
