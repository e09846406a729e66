package dev.holdfast.spi.container;

import dev.holdfast.spi.Deadline;
import java.util.List;

/**
 * Brings one workload to what the host wants, once the index says what runs: the host's, and optional.
 *
 * <p>Called for several workloads at once, never twice at once for the same. What it throws is reported and hurts no
 * other workload. At the deadline its thread is interrupted and left.
 */
@FunctionalInterface
public interface WorkloadReconciler {

    /**
     * Looks after one workload.
     *
     * @param containers its rows as they stand after the look, ordered by key, those that are missing included
     */
    void reconcile(Workload workload, List<IndexedContainer> containers, Deadline deadline);
}
