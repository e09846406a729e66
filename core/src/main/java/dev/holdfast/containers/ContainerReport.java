package dev.holdfast.containers;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import java.util.List;

/**
 * What one look at an engine did.
 *
 * @param host the engine's machine
 * @param listing what was made of its listing
 * @param listed how many containers it has
 * @param indexed how many of them have a row
 * @param unclaimed how many claim no workload
 * @param waiting how many are of a kind that the host owns and have no row yet
 * @param absent how many rows have no container and are not missing yet
 * @param written the rows that were written, the missing ones included
 * @param missing the rows that became missing
 * @param dropped how many rows were dropped: moved to another key, or missing for long
 * @param lost how many changes were left out because somebody else had written the row; the next look finds out
 * @param refused which containers were refused
 * @param failures which workloads' own reconcilers failed
 */
public record ContainerReport(
        String host,
        Listing listing,
        int listed,
        int indexed,
        int unclaimed,
        int waiting,
        int absent,
        List<IndexedContainer> written,
        List<ContainerKey> missing,
        int dropped,
        int lost,
        List<RefusedContainer> refused,
        List<WorkloadFailure> failures) {

    /** Copies the lists. */
    public ContainerReport {
        written = List.copyOf(written);
        missing = List.copyOf(missing);
        refused = List.copyOf(refused);
        failures = List.copyOf(failures);
    }

    /** What was made of a listing. */
    public enum Listing {
        /** It was believed. */
        ACCEPTED,
        /**
         * It has none of the many containers that are known, as that of another engine would: nothing was written. It
         * is believed when it says the same after the grace.
         */
        REFUSED
    }

    /**
     * A workload whose own reconciler failed, or did not end in time.
     *
     * @param workload which
     * @param reason why, for machines
     * @param message why, for people
     */
    public record WorkloadFailure(WorkloadId workload, Reason reason, String message) {}

    /** Returns whether any row was written or dropped. */
    public boolean changed() {
        return !written.isEmpty() || dropped > 0;
    }

    ContainerReport failures(List<WorkloadFailure> of) {
        return new ContainerReport(
                host, listing, listed, indexed, unclaimed, waiting, absent, written, missing, dropped, lost, refused,
                of);
    }
}
