package dev.holdfast;

import dev.holdfast.spi.store.SweepStore.Census;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import java.util.ArrayList;
import java.util.List;

/** Counts a sweep while several threads work on it. */
final class SweepCounter {

    private final Census census;
    private final List<SweepReport.Failure> failures = new ArrayList<>();
    private int claimed;
    private int resolved;
    private int moved;
    private int lost;
    private int left;
    private int absentRefs;
    private int queued;
    private int superseded;
    private int resolvedUpdates;
    private int suppressed;

    SweepCounter(Census census) {
        this.census = census;
    }

    synchronized void claimed() {
        claimed++;
    }

    synchronized void lost() {
        lost++;
    }

    synchronized void left() {
        left++;
    }

    synchronized void failed(SweepReport.Failure failure) {
        failures.add(failure);
    }

    synchronized void answered(boolean hasMoved, int absent) {
        resolved++;
        moved += hasMoved ? 1 : 0;
        absentRefs += absent;
    }

    synchronized void written(SweepOutcome outcome) {
        queued += outcome.queued().size();
        superseded += outcome.superseded();
        resolvedUpdates += outcome.resolved();
        suppressed += outcome.suppressed();
    }

    synchronized SweepReport report() {
        return new SweepReport(
                census,
                claimed,
                resolved,
                failures.size(),
                moved,
                resolved - moved,
                lost,
                absentRefs,
                queued,
                superseded,
                resolvedUpdates,
                suppressed,
                left,
                failures);
    }
}
