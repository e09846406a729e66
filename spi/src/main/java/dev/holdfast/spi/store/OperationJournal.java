package dev.holdfast.spi.store;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Quarantine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The journal of operations: at most one open operation for a destination, and for an install key.
 *
 * <p>An operation is known by its id and epoch together. Once another node has taken it over, its epoch is higher, and
 * every write with the old one returns false and changes nothing.
 */
public interface OperationJournal {

    /**
     * Opens an operation before anything is done. With an {@link NewOperation#update}, that entry goes from
     * {@code PENDING} to {@code APPLYING} in the same transaction; so an update is applying exactly while an operation
     * for it is open. When the destination is held and the update is not pending either, the answer is {@code Held} if
     * it is applying, {@code NotPending} otherwise.
     *
     * <p>In the same transaction it looks at what forbids it. If its goal is a revision that is not installed and that
     * is in {@link dev.holdfast.spi.fleet.Quarantine quarantine} for the key and its labels, nothing opens. With a
     * {@link NewOperation#rollout} it opens only if that lets the key's member begin, which is counted. Without one, an
     * update whose install waits in an open rollout to that revision counts there as begun.
     */
    Opening open(NewOperation wanted);

    /**
     * Notes how far an operation has come and sets its lease.
     *
     * @param lease from now; zero gives the operation up, so that anyone may take it over at once
     * @return false if the operation is closed or taken over
     */
    boolean advance(Operation operation, Phase phase, Duration lease);

    /**
     * Notes {@link Phase#RECORDED}, unless the operation is {@link Phase#REVERTING}, and writes the install of the
     * operation's key, in one transaction. {@link Install#installedAt()} and {@link Install#policy()} of an existing
     * record are kept, a new one's policy is manual, and both times are the store's, whatever the argument says. The
     * upstream of the install becomes due at once; one that no install follows any more is dropped. Pending updates of
     * the key whose drift is gone thereby (same revision now installed, or another origin) become {@code RESOLVED}.
     *
     * @return false if the operation is closed or taken over
     * @throws PermanentException with {@link Reason#CONFLICT} if {@code install} is not at the operation's key and
     *     address, or if another workspace's install is recorded there
     */
    boolean record(Operation operation, Install install);

    /**
     * As {@link #record}, where nothing is live any more: removes the install of the operation's key, and what was kept
     * of it alone.
     *
     * @return false if the operation is closed or taken over
     */
    boolean recordRemoved(Operation operation);

    /**
     * Closes an operation, settles its update and remembers a bad revision, in one transaction, with an audit entry.
     * The outcome counts in the rollout whose member it was, see {@link dev.holdfast.spi.fleet.RolloutStore}.
     *
     * @return false if the operation is closed or taken over
     */
    boolean close(Operation operation, Closing closing);

    /**
     * Takes over open operations whose lease has run out: each gets this owner, a new epoch and a new lease. Two
     * callers never get the same one.
     *
     * @param epochAbove new epochs are above this, for targets that show a higher one than the store knows; normally 0
     */
    List<Operation> claimExpired(String owner, Duration lease, int max, long epochAbove);

    /**
     * Takes over this one operation as {@link #claimExpired} does, and no other.
     *
     * @param operation as it was read: its id and its epoch count
     * @param epochAbove as in {@link #claimExpired}
     * @return empty if it is closed or was taken over, or if its lease has not run out
     */
    Optional<Operation> claim(Operation operation, String owner, Duration lease, long epochAbove);

    /**
     * What to open.
     *
     * @param kind what is to be done
     * @param key the install it is about
     * @param address where
     * @param goal what is to be live; empty for an uninstall or a collection
     * @param from what is installed now; empty for a first install
     * @param update the queue entry it applies
     * @param rollout the rollout in whose turn it applies the entry
     * @param actor who asked for it
     * @param owner the node that works on it
     * @param lease how long before others may take it over
     * @param epochAbove the epoch is above this; normally 0
     */
    record NewOperation(
            Kind kind,
            InstallKey key,
            TargetAddress address,
            Optional<Goal> goal,
            Optional<Revision> from,
            OptionalLong update,
            OptionalLong rollout,
            String actor,
            String owner,
            Duration lease,
            long epochAbove) {

        /** As the other, in no rollout's turn. */
        public NewOperation(
                Kind kind,
                InstallKey key,
                TargetAddress address,
                Optional<Goal> goal,
                Optional<Revision> from,
                OptionalLong update,
                String actor,
                String owner,
                Duration lease,
                long epochAbove) {
            this(kind, key, address, goal, from, update, OptionalLong.empty(), actor, owner, lease, epochAbove);
        }

        /** Returns an operation without goal, predecessor or update. */
        public static NewOperation of(Kind kind, InstallKey key, TargetAddress address, String actor) {
            return new NewOperation(
                    kind,
                    key,
                    address,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    actor,
                    "nobody",
                    Duration.ZERO,
                    0);
        }

        /** Returns the same with what is to be live. */
        public NewOperation goal(Goal wanted) {
            return new NewOperation(
                    kind, key, address, Optional.of(wanted), from, update, rollout, actor, owner, lease, epochAbove);
        }

        /** Returns the same with what is installed now. */
        public NewOperation from(Revision installed) {
            return new NewOperation(
                    kind, key, address, goal, Optional.of(installed), update, rollout, actor, owner, lease, epochAbove);
        }

        /** Returns the same, applying a queue entry. */
        public NewOperation applying(long id) {
            return new NewOperation(
                    kind, key, address, goal, from, OptionalLong.of(id), rollout, actor, owner, lease, epochAbove);
        }

        /** Returns the same, in the turn of a rollout. */
        public NewOperation inRollout(long id) {
            return new NewOperation(
                    kind, key, address, goal, from, update, OptionalLong.of(id), actor, owner, lease, epochAbove);
        }

        /** Returns whether it would make another revision live than is installed. */
        public boolean changesRevision() {
            return goal.isPresent() && !goal.map(Goal::revision).equals(from);
        }

        /** Returns the same, held by a node for a time. */
        public NewOperation heldBy(String node, Duration time) {
            return new NewOperation(kind, key, address, goal, from, update, rollout, actor, node, time, epochAbove);
        }
    }

    /** What {@link #open} answers. */
    sealed interface Opening {

        /**
         * The operation is open and ours.
         *
         * @param operation with its id, epoch and lease
         */
        record Opened(Operation operation) implements Opening {}

        /**
         * Another operation holds the destination or the key, its lease run out or not.
         *
         * @param holder that operation
         */
        record Held(Operation holder) implements Opening {}

        /**
         * The update is not pending (any more), or not the key's.
         *
         * @param update as it stands; empty if there is none of that id
         */
        record NotPending(Optional<Update> update) implements Opening {}

        /**
         * The goal may not be installed there.
         *
         * @param quarantine the first one that forbids it
         */
        record Quarantined(Quarantine quarantine) implements Opening {}

        /**
         * The rollout does not let its member begin now.
         *
         * @param why for people
         */
        record Waits(String why) implements Opening {}
    }

    /**
     * How an operation ends.
     *
     * @param outcome success or failure
     * @param note why, for people; at most 2000 characters are kept
     * @param update what becomes of the update it applied: {@code APPLIED}, {@code PENDING} or {@code FAILED}; ignored
     *     if there is none
     * @param retryAfter with {@code PENDING}: how long before a policy tries again
     * @param bad a revision to remember as bad for this install: sweeps do not queue it again, rollback does not choose
     *     it, and if it is pending it becomes {@code RESOLVED}
     */
    record Closing(
            Outcome outcome, String note, UpdateStatus update, Optional<Duration> retryAfter, Optional<Revision> bad) {

        /** Returns a success: the update it applied becomes {@code APPLIED}. */
        public static Closing succeeded(String note) {
            return new Closing(Outcome.SUCCEEDED, note, UpdateStatus.APPLIED, Optional.empty(), Optional.empty());
        }

        /** Returns a failure after which the update is {@code FAILED}. */
        public static Closing failed(String note) {
            return new Closing(Outcome.FAILED, note, UpdateStatus.FAILED, Optional.empty(), Optional.empty());
        }

        /** Returns a failure after which the update is {@code PENDING} again. */
        public static Closing failedForNow(String note, Duration retryAfter) {
            return new Closing(Outcome.FAILED, note, UpdateStatus.PENDING, Optional.of(retryAfter), Optional.empty());
        }

        /**
         * Checks that it can end that operation, for writers of stores.
         *
         * @throws IllegalArgumentException if it leaves the update that the operation applied open in a way that
         *     nothing ends, or ends it as only a decision can
         */
        public void check(Operation operation) {
            if (operation.update().isPresent()
                    && !Set.of(UpdateStatus.APPLIED, UpdateStatus.PENDING, UpdateStatus.FAILED)
                            .contains(update)) {
                throw new IllegalArgumentException("an operation cannot end with its update " + update);
            }
        }

        /** Returns the same with a revision to remember as bad. */
        public Closing remembering(Revision badRevision) {
            return new Closing(outcome, note, update, retryAfter, Optional.of(badRevision));
        }
    }
}
