package dev.holdfast.containers;

import dev.holdfast.containers.ContainerReport.WorkloadFailure;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.container.WorkloadReconciler;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets each workload's own reconciler do its work: several at one time, each with its deadline, none hurt by another.
 */
final class WorkloadRound {

    private static final Logger LOG = LoggerFactory.getLogger(WorkloadRound.class);
    private static final int AT_ONE_TIME = 8;

    private final Optional<WorkloadReconciler> reconciler;
    private final Duration patience;
    private final Workers workers;
    private final Consumer<List<WorkloadFailure>> failed;
    /** Whose reconciler has not come back, also when nobody waits for it any more. */
    private final Set<WorkloadId> busy = ConcurrentHashMap.newKeySet();

    private final Map<WorkloadId, Work> offered = new HashMap<>();
    private boolean running;

    WorkloadRound(
            Optional<WorkloadReconciler> reconciler,
            Duration patience,
            Workers workers,
            Consumer<List<WorkloadFailure>> failed) {
        this.reconciler = reconciler;
        this.patience = patience;
        this.workers = workers;
        this.failed = failed;
    }

    /** A workload and its rows. */
    record Work(Workload workload, List<IndexedContainer> containers) {}

    /** Does this in the background; while a round is under way it is kept for the next, where the newest rows count. */
    synchronized void offer(Map<WorkloadId, Work> work) {
        offered.putAll(work);
        if (!running && reconciler.isPresent() && !offered.isEmpty()) {
            running = true;
            Future<?> unwatched = workers.submit(this::runOffered);
            LOG.trace("reconciling {} workloads: {}", offered.size(), unwatched);
        }
    }

    private void runOffered() {
        boolean ended = false;
        try {
            for (Collection<Work> work = taken(); !work.isEmpty(); work = taken()) {
                failed.accept(run(work));
            }
            ended = true;
        } finally {
            if (!ended) {
                broken();
            }
        }
    }

    /** Whatever ended a round, the next that is offered begins one. */
    private synchronized void broken() {
        running = false;
    }

    private synchronized Collection<Work> taken() {
        List<Work> work = List.copyOf(offered.values());
        offered.clear();
        running = !work.isEmpty();
        return work;
    }

    /** Returns what failed, by workload. */
    List<WorkloadFailure> run(Collection<Work> work) {
        Queue<WorkloadFailure> failures = new ConcurrentLinkedQueue<>();
        reconciler.ifPresent(of -> workers.each(work, AT_ONE_TIME, one -> run(of, one, failures)));
        return List.copyOf(failures);
    }

    private void run(WorkloadReconciler of, Work work, Queue<WorkloadFailure> failures) {
        WorkloadId id = work.workload().id();
        Deadline deadline = Deadline.after(patience);
        try {
            String what = "reconciling workload " + id;
            Contained.run(
                    what,
                    () -> workers.within(deadline, what, () -> {
                        alone(of, work, deadline);
                        return true;
                    }));
        } catch (HoldfastException e) {
            failures.add(new WorkloadFailure(id, e.reason(), String.valueOf(e.getMessage())));
        }
    }

    private void alone(WorkloadReconciler of, Work work, Deadline deadline) {
        WorkloadId id = work.workload().id();
        if (!busy.add(id)) {
            throw new TransientException(
                    Reason.BUSY, "workload " + id + " is still being reconciled from an earlier look");
        }
        try {
            of.reconcile(work.workload(), work.containers(), deadline);
        } finally {
            busy.remove(id);
        }
    }
}
