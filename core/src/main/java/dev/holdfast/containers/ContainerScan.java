package dev.holdfast.containers;

import dev.holdfast.containers.ContainerMapper.Mapping;
import dev.holdfast.containers.ContainerReport.Listing;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerIndex.RowChange;
import dev.holdfast.spi.container.ContainerIndex.Snapshot;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.container.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the engine after another, never two at once: an older listing cannot overwrite a newer one.
 *
 * <p>The order matters. The rows are read before the engine is asked, so that a row whose container is not in the
 * listing was made before it, and a write that is conditional on that row voids itself if anybody touched it since. The
 * catalog is asked after the engine, so that what runs is known to it if it ever will be.
 */
final class ContainerScan {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerScan.class);
    /** From how many live rows on a listing without any of them is doubted. */
    private static final int MANY = 3;

    private final Parts parts;
    private final Settings settings;
    private final Workers workers;
    private final ContainerMapper mapper;
    private final StopRequests stops;
    private final Absences absences;
    private final ReentrantLock one = new ReentrantLock(true);
    private Optional<Instant> doubtedSince = Optional.empty();

    ContainerScan(Parts parts, Settings settings, Workers workers, StopRequests stops) {
        this.parts = parts;
        this.settings = settings;
        this.workers = workers;
        this.mapper = new ContainerMapper(parts.runtime().host(), settings.keys(), settings.rules());
        this.stops = stops;
        this.absences = new Absences(settings.grace());
    }

    /** Whom to ask. */
    record Parts(ContainerRuntime runtime, ContainerIndex index, WorkloadCatalog catalog) {}

    /** How to look. */
    record Settings(
            LabelKeys keys, List<ContainerRule> rules, Duration patience, Duration grace, Duration keepMissing) {}

    /** What was seen: the report, and each workload with its rows as they stand now. */
    record Seen(ContainerReport report, Map<WorkloadId, WorkloadRound.Work> workloads) {}

    /** Looks once. Whatever is thrown, nothing was concluded from absence. */
    Seen look() {
        Deadline deadline = Deadline.after(settings.patience());
        String waiting = "waiting for another look at " + parts.runtime().host();
        try {
            if (!one.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.timeout(waiting);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, waiting + " was interrupted", e);
        }
        try {
            return looked(Deadline.after(settings.patience()));
        } finally {
            one.unlock();
        }
    }

    private Seen looked(Deadline deadline) {
        long begun = System.nanoTime();
        String host = parts.runtime().host();
        Snapshot snapshot = workers.within(
                deadline, "reading the index of " + host, () -> parts.index().read(host));
        stops.begin();
        List<ContainerSighting> containers = workers.within(
                deadline,
                "listing the containers of " + host,
                () -> parts.runtime().list(deadline));
        List<Workload> workloads = workers.within(
                deadline, "asking the catalog", () -> parts.catalog().workloads());
        Set<String> hostKinds = workers.within(
                deadline, "asking the catalog", () -> parts.catalog().hostOwnedKinds());
        Instant now = snapshot.at().plusNanos(System.nanoTime() - begun);
        return concluded(snapshot, containers, workloads, hostKinds, now);
    }

    private Seen concluded(
            Snapshot snapshot,
            List<ContainerSighting> containers,
            List<Workload> workloads,
            Set<String> hostKinds,
            Instant now) {
        Set<String> listed = containers.stream().map(ContainerSighting::id).collect(Collectors.toSet());
        Mapping mapping = mapper.map(containers, workloads);
        IndexPlan plan = IndexPlan.bind(snapshot, listed, mapping.mapped(), hostKinds);
        plan.planSeen(stops);
        plan.planGone(absences, now, settings.keepMissing());
        Listing listing = believed(plan, now) ? Listing.ACCEPTED : Listing.REFUSED;
        List<RowChange> changes = listing == Listing.ACCEPTED ? plan.changes() : List.of();
        List<IndexedContainer> written = changes.isEmpty() ? List.of() : written(changes);
        absences.listed(listed, now);
        Map<ContainerKey, IndexedContainer> rows = rows(snapshot, changes, written);
        if (listing == Listing.ACCEPTED) {
            Map<String, Boolean> recorded = new HashMap<>();
            rows.values().forEach(row -> recorded.put(row.facts().containerId(), row.stopRequested()));
            stops.end(recorded, listed);
        }
        return new Seen(
                report(plan, mapping, listing, changes, written, containers.size()), byWorkload(workloads, rows));
    }

    /** With a time of its own. A write that outlives it overtakes nobody: each row is written only as it was read. */
    private List<IndexedContainer> written(List<RowChange> changes) {
        return workers.within(
                Deadline.after(settings.patience()),
                "writing the index of " + parts.runtime().host(),
                () -> parts.index().write(changes));
    }

    private boolean believed(IndexPlan plan, Instant now) {
        if (!plan.isSuspicious(MANY)) {
            doubtedSince = Optional.empty();
            return true;
        }
        if (doubtedSince.isEmpty()) {
            LOG.warn(
                    "the engine of {} lists none of the {} containers that are known; refused until it says so again in {}",
                    parts.runtime().host(),
                    plan.absent(),
                    settings.grace());
            doubtedSince = Optional.of(now);
            return false;
        }
        return !now.isBefore(doubtedSince.get().plus(settings.grace()));
    }

    private static Map<ContainerKey, IndexedContainer> rows(
            Snapshot before, List<RowChange> changes, List<IndexedContainer> written) {
        Map<ContainerKey, IndexedContainer> rows = new TreeMap<>();
        before.rows().forEach(row -> rows.put(row.key(), row));
        for (RowChange change : changes) {
            if (change instanceof RowChange.Dropped) {
                rows.remove(change.key());
            }
        }
        written.forEach(row -> rows.put(row.key(), row));
        return rows;
    }

    private static Map<WorkloadId, WorkloadRound.Work> byWorkload(
            List<Workload> workloads, Map<ContainerKey, IndexedContainer> rows) {
        Map<WorkloadId, List<IndexedContainer>> byId = rows.values().stream()
                .collect(Collectors.groupingBy(row -> row.key().workload()));
        Map<WorkloadId, WorkloadRound.Work> work = new LinkedHashMap<>();
        for (Workload workload : workloads) {
            work.putIfAbsent(
                    workload.id(), new WorkloadRound.Work(workload, byId.getOrDefault(workload.id(), List.of())));
        }
        return work;
    }

    private ContainerReport report(
            IndexPlan plan,
            Mapping mapping,
            Listing listing,
            List<RowChange> changes,
            List<IndexedContainer> written,
            int listed) {
        List<RefusedContainer> refused = new ArrayList<>(mapping.refused());
        refused.addAll(plan.refused());
        List<ContainerKey> missing = written.stream()
                .filter(IndexedContainer::missing)
                .map(IndexedContainer::key)
                .toList();
        int dropped = count(changes, RowChange.Dropped.class);
        return new ContainerReport(
                parts.runtime().host(),
                listing,
                listed,
                plan.boundIds().size(),
                mapping.unclaimed(),
                plan.waiting(),
                plan.absent() - missing.size(),
                written,
                missing,
                dropped,
                changes.size() - dropped - written.size(),
                refused,
                List.of());
    }

    private static int count(Collection<RowChange> changes, Class<? extends RowChange> type) {
        return (int) changes.stream().filter(type::isInstance).count();
    }
}
