package dev.holdfast.spi.fleet;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationJournal.Closing;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * One install of a rollout.
 *
 * @param key which install
 * @param ring when it comes, counted from 0
 * @param state how it fares
 * @param operation the newest operation that delivers, or delivered, the rollout's revision there
 * @param changedAt when its state changed last
 */
public record RolloutMember(InstallKey key, int ring, State state, OptionalLong operation, Instant changedAt) {

    /** How a member fares. */
    public enum State {
        /** Not begun, or an attempt failed for a reason that says nothing against the revision. */
        WAITING,
        /** An operation delivers it now. */
        UNDER_WAY,
        /** Delivered, probation included. */
        SUCCEEDED,
        /** It failed for a reason that speaks against the revision, or was rolled back afterwards. */
        FAILED,
        /** Uninstalled, dismissed, or at that revision without the rollout. */
        LEFT;

        /** Returns how a member fares whose operation closed so; {@link RolloutStore} says what counts as failed. */
        public static State after(Closing closing) {
            if (closing.bad().isPresent() || closing.update() == UpdateStatus.FAILED) {
                return FAILED;
            }
            return closing.outcome() == Outcome.SUCCEEDED ? SUCCEEDED : WAITING;
        }
    }
}
