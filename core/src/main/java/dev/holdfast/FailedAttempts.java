package dev.holdfast;

import dev.holdfast.internal.Backoff;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpdateStore.Backlog;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of an update whose operation did not succeed, by whose fault that is. What a node lacks, or the store
 * has, says nothing against it: it stays pending. So it does while its place or a network is away, with growing pauses.
 * Only what is wrong with the update itself fails it at once.
 */
record FailedAttempts(UpdateStore updates) {

    /** With pauses that grow to an hour, a quarter of a day. */
    private static final int MOST_ATTEMPTS = Backlog.OFTEN;

    /** An update that no node survives is not tried that long. */
    private static final int MOST_BROKEN_OFF = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    /** Between attempts on what has been away for long: each leaves a row. */
    private static final Duration LONG_AWAY = Duration.ofHours(6);

    private static final String BROKEN_OFF = "broken off before the swap; undone";

    /** What this node has not, or may not: another one may. */
    private static final Set<Reason> NODE = Set.of(
            Reason.FORBIDDEN,
            Reason.UNAUTHORIZED,
            Reason.UNKNOWN_SCHEME,
            Reason.UNKNOWN_TARGET,
            Reason.SOURCE_NOT_FOUND);

    /**
     * What a place is for a time: its container is being made anew or stopped, its disk full, its volume mounted
     * read-only.
     */
    private static final Set<Reason> PLACE =
            Set.of(Reason.TARGET_NOT_FOUND, Reason.TARGET_UNUSABLE, Reason.TARGET_READ_ONLY, Reason.NO_SPACE);

    /** Somebody forbids it for now; that is lifted, or it is not. */
    static final Set<Reason> FORBIDDEN = Set.of(
            Reason.QUARANTINED,
            Reason.UNSIGNED,
            Reason.SIGNATURE_REFUSED,
            Reason.SIGNER_REFUSED,
            Reason.SIGNER_CHANGED,
            Reason.ORIGIN_CHANGED,
            Reason.NOT_ADMITTED);

    /** What a bundle breaks by its content; whatever else fails says nothing against the revision. */
    private static final Set<Reason> CONTENT = Set.of(Reason.BUNDLE_REFUSED, Reason.TOO_LARGE);

    Closing failed(Operation operation, RuntimeException cause) {
        String note = String.valueOf(cause.getMessage());
        if (cause instanceof HoldfastException known && (known.reason() == Reason.STORE || isOfTheNode(known))) {
            return again(operation, note, Integer.MAX_VALUE, Duration.ZERO);
        }
        if (cause instanceof TransientException passing) {
            boolean waits = passing.reason() == Reason.UNREACHABLE || passing.reason() == Reason.NOT_ADMITTED;
            int most = waits ? Integer.MAX_VALUE : MOST_ATTEMPTS;
            return again(operation, note, most, passing.retryAfter().orElse(Duration.ZERO));
        }
        if (cause instanceof PermanentException permanent
                && (PLACE.contains(permanent.reason()) || FORBIDDEN.contains(permanent.reason()))) {
            return again(operation, note, Integer.MAX_VALUE, Duration.ZERO);
        }
        boolean content = cause instanceof PermanentException permanent && CONTENT.contains(permanent.reason());
        Closing failed = Closing.failed(note);
        return content && operation.goal().isPresent()
                ? failed.remembering(operation.goal().get().revision())
                : failed;
    }

    /** Its node died, or lost its lease. */
    Closing brokenOff(Operation operation) {
        return again(operation, BROKEN_OFF, MOST_BROKEN_OFF, Duration.ZERO);
    }

    /**
     * Returns whether the last attempt to apply {@code update} ended because its node died or stalled, for no fault of
     * its own.
     */
    static boolean isBrokenOff(Update update) {
        return update.lastError().equals(Optional.of(BROKEN_OFF));
    }

    /** Returns whether the node that tried is the cause, and another one may do it. */
    static boolean isOfTheNode(HoldfastException cause) {
        return cause instanceof PermanentException && NODE.contains(cause.reason());
    }

    private Closing again(Operation operation, String note, int most, Duration atLeast) {
        if (operation.update().isEmpty()) {
            return Closing.failed(note);
        }
        int before = updates.find(operation.update().getAsLong())
                .map(Update::attempts)
                .orElse(0);
        Duration longest = before < MOST_ATTEMPTS ? LONGEST_PAUSE : LONG_AWAY;
        Duration pause = Backoff.after(before, FIRST_PAUSE, longest);
        Duration after = pause.compareTo(atLeast) < 0 ? atLeast : pause;
        return before + 1 < most
                ? new Closing(Outcome.FAILED, note, UpdateStatus.PENDING, Optional.of(after), Optional.empty())
                : Closing.failed(note);
    }
}
