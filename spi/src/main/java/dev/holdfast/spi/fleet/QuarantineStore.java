package dev.holdfast.spi.fleet;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;

/**
 * What may not be installed where. {@link dev.holdfast.spi.store.OperationJournal#open} asks in its own transaction:
 * once {@link #declare} has returned, no operation opens that it forbids.
 */
public interface QuarantineStore {

    /** The most quarantines that are in force at one time. */
    int MOST = 1000;

    /**
     * Declares one. Audited.
     *
     * @throws dev.holdfast.spi.PermanentException with {@link dev.holdfast.spi.Reason#CONFLICT} if {@link #MOST} are in
     *     force
     */
    Quarantine declare(Quarantine.Declaration declaration);

    /**
     * Ends one now. Audited if it was in force.
     *
     * @param note why, for the audit
     * @return as it stands now; empty if there is none of that id
     */
    Optional<Quarantine> lift(long id, String actor, String note);

    /** Lists those in force by the store's clock, oldest first. */
    List<Quarantine> active();

    /** Lists all, newest (highest id) first, those that ended included. */
    Page<Quarantine> list(Page.Request page);

    /**
     * Lists the installs that have, by the record, what a quarantine forbids there, ordered by workspace, then plugin.
     */
    Page<Install> affected(Quarantine quarantine, Page.Request page);
}
