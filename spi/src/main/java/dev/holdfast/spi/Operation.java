package dev.holdfast.spi;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One journaled change of a destination. It exists before the target is touched, so whoever finds it after a crash can
 * finish or undo it.
 *
 * @param id the store's number for it, ascending; the idempotency key handed to reloaders
 * @param kind what is being done
 * @param key the install it is about
 * @param address where
 * @param goal what is to be live when it is done; empty for an uninstall or a collection
 * @param from what was installed when it was opened; empty for a first install
 * @param update the queue entry it applies
 * @param actor who asked for it
 * @param claim who works on it now
 * @param phase how far it is known to have come
 * @param outcome how it ended; empty while it is open
 * @param openedAt when it was opened
 * @param closedAt when it ended; empty while it is open
 */
public record Operation(
        long id,
        Kind kind,
        InstallKey key,
        TargetAddress address,
        Optional<Goal> goal,
        Optional<Revision> from,
        OptionalLong update,
        String actor,
        Claim claim,
        Phase phase,
        Optional<Outcome> outcome,
        Instant openedAt,
        Optional<Instant> closedAt) {

    /** What an operation does. */
    public enum Kind {
        /** The first delivery of a plugin, or one that replaces its source. */
        INSTALL,
        /** Delivery of another revision of an installed plugin. */
        UPGRADE,
        /** Return to an earlier release without the source. */
        ROLLBACK,
        /** Removal. */
        UNINSTALL,
        /** Delivery of the recorded revision over a damaged one. */
        REPAIR,
        /** Removal of what is no longer needed; what is live stays as it is. */
        COLLECT
    }

    /** How far an operation is known to have come; the target may be further. */
    public enum Phase {
        /** Nothing is known to be on the target. */
        OPENED,
        /** The bundle is uploaded. */
        STAGED,
        /** The live path was seen to name the goal, and the install is recorded. */
        RECORDED,
        /** The workspace was told, and what was delivered is on probation. */
        RELOADED,
        /** It failed its probation; what was live before is being put back, and recorded. */
        REVERTING
    }

    /** How an operation ended. */
    public enum Outcome {
        /** The goal is live and recorded. */
        SUCCEEDED,
        /** The goal is not live; what was live before is. */
        FAILED
    }

    /**
     * What is to be live, and recorded, when the operation is done.
     *
     * @param origin where it comes from
     * @param stamp the release folder
     * @param revision what the folder holds
     * @param version the name of the revision, where it has one
     */
    public record Goal(Origin origin, Stamp stamp, Revision revision, Optional<String> version) {}

    /**
     * Who works on an operation, until when, and the fencing number that the target knows it by.
     *
     * @param owner the node
     * @param until when others may take it over
     * @param epoch from one store-wide ascending sequence; every take-over gets a new one
     */
    public record Claim(String owner, Instant until, long epoch) {}

    /**
     * Returns whether it made its goal live, or took the plugin away, and recorded that; it may have been put back
     * since.
     */
    public boolean changedLive() {
        return phase == Phase.RECORDED || phase == Phase.RELOADED || phase == Phase.REVERTING;
    }

    /** Returns the place it holds exclusively while it is open. */
    public Destination destination() {
        return new Destination(address, key.plugin());
    }

    /** Returns the fencing number of its current owner. */
    public long epoch() {
        return claim.epoch();
    }

    /** Returns the same, held by another claim. */
    public Operation claim(Claim another) {
        return new Operation(
                id, kind, key, address, goal, from, update, actor, another, phase, outcome, openedAt, closedAt);
    }

    /** Returns the same, having come as far as this. */
    public Operation phase(Phase reached) {
        return new Operation(
                id, kind, key, address, goal, from, update, actor, claim, reached, outcome, openedAt, closedAt);
    }

    /** Returns the same, closed. */
    public Operation closed(Outcome end, Instant at) {
        return new Operation(
                id,
                kind,
                key,
                address,
                goal,
                from,
                update,
                actor,
                claim,
                phase,
                Optional.of(end),
                openedAt,
                Optional.of(at));
    }

    /**
     * Checks that this operation may record that install, for writers of stores.
     *
     * @throws PermanentException with {@link Reason#CONFLICT} if it holds another key or another address
     */
    public void checkRecords(Install install) {
        if (!install.key().equals(key) || !install.address().equals(address)) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    "operation " + id + " holds " + key + " at " + destination() + " and cannot record "
                            + install.key() + " at " + install.destination()
                            + "; open an operation for that place");
        }
    }
}
