package dev.holdfast;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.OperationJournal.Closing;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.UpdateStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What becomes of an update whose operation did not succeed: tried again later, or failed for good. */
record Endings(UpdateStore updates) {

    /** How often applying one update is tried before it is {@code FAILED}. */
    private static final int MOST_ATTEMPTS = 5;

    private static final String BROKEN_OFF = "broken off before the swap; undone";

    /** How long a policy waits before it tries an update again whose attempt was broken off. */
    private static final Duration RETRY_UPDATE = Duration.ofMinutes(1);

    /** What a bundle breaks by its content; whatever else fails says nothing against the revision. */
    private static final Set<Reason> CONTENT = Set.of(Reason.BUNDLE_REFUSED, Reason.TOO_LARGE);

    Closing failed(Operation operation, RuntimeException cause) {
        String note = String.valueOf(cause.getMessage());
        if (cause instanceof TransientException passing) {
            return again(operation, note, passing.retryAfter().orElse(RETRY_UPDATE));
        }
        if (cause instanceof HoldfastException store && store.reason() == Reason.STORE) {
            // Whatever the store has, the update is not to blame for it.
            return again(operation, note, RETRY_UPDATE);
        }
        boolean content = cause instanceof PermanentException permanent && CONTENT.contains(permanent.reason());
        Closing failed = Closing.failed(note);
        return content && operation.goal().isPresent()
                ? failed.remembering(operation.goal().get().revision())
                : failed;
    }

    /** Its node died, or lost its lease. */
    Closing brokenOff(Operation operation) {
        return again(operation, BROKEN_OFF, RETRY_UPDATE);
    }

    /** Returns whether the last attempt to apply {@code update} ended because its node died or stalled, for no fault of its own. */
    static boolean isBrokenOff(Update update) {
        return update.lastError().equals(Optional.of(BROKEN_OFF));
    }

    private Closing again(Operation operation, String note, Duration after) {
        return attemptsLeft(operation)
                ? new Closing(Outcome.FAILED, note, UpdateStatus.PENDING, Optional.of(after), Optional.empty())
                : Closing.failed(note);
    }

    private boolean attemptsLeft(Operation operation) {
        return operation.update().isPresent()
                && updates.find(operation.update().getAsLong())
                        .filter(update -> update.attempts() + 1 < MOST_ATTEMPTS)
                        .isPresent();
    }
}
