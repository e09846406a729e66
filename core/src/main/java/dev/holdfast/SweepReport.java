package dev.holdfast;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.SweepStore.Census;
import java.util.List;

/**
 * What a sweep did, counted by upstream unless said otherwise.
 *
 * @param census how all upstreams stood when the sweep began; of a check, the one that was asked
 * @param claimed were due and ours
 * @param resolved answered
 * @param failed could not be asked; each is tried again later by itself
 * @param moved have at least one ref that stands elsewhere than an install
 * @param unchanged answered, and nothing moved
 * @param lost were taken over by another node before the answer was written
 * @param absentRefs tracked refs that no longer exist upstream
 * @param queued updates that were queued
 * @param superseded updates that gave way to newer ones
 * @param resolvedUpdates updates whose drift went away
 * @param suppressed installs left alone because the revision was dismissed or is bad for them
 * @param left were claimed and not asked any more, because the sweep's time was over; the next sweep asks them
 * @param failures what went wrong where
 */
public record SweepReport(
        Census census,
        int claimed,
        int resolved,
        int failed,
        int moved,
        int unchanged,
        int lost,
        int absentRefs,
        int queued,
        int superseded,
        int resolvedUpdates,
        int suppressed,
        int left,
        List<Failure> failures) {

    /** Copies the list. */
    public SweepReport {
        failures = List.copyOf(failures);
    }

    /**
     * An upstream that could not be asked.
     *
     * @param upstream which
     * @param reason why, for machines
     * @param message why, for people
     * @param passing whether it may pass by itself; if not, a person must act, although it is asked again
     */
    public record Failure(Upstream upstream, Reason reason, String message, boolean passing) {}

    /** Returns whether nothing was asked: not the same as nothing moved. {@link #census} says why. */
    public boolean nothingWasDue() {
        return claimed == 0;
    }
}
