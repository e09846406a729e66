package dev.holdfast.containers;

import dev.holdfast.containers.ContainerMapper.Mapped;
import dev.holdfast.containers.RefusedContainer.Why;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex.RowChange;
import dev.holdfast.spi.container.ContainerIndex.Snapshot;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the row of each container, and from that what has to be written. A row's own container keeps it as long as it
 * exists, whatever others claim; a container never has two rows.
 */
final class IndexPlan {

    private static final Set<Integer> BY_REQUEST = Set.of(137, 143);

    /** Among several that claim a free row: the one that runs, then the oldest, then any, but always the same. */
    private static final Comparator<Mapped> BEST = Comparator.comparing(
                    (Mapped one) -> one.container().status() != ContainerSighting.Status.RUNNING)
            .thenComparing(one -> one.container().createdAt())
            .thenComparing(one -> one.container().id());

    private final Map<ContainerKey, IndexedContainer> rows = new TreeMap<>();
    private final Map<String, IndexedContainer> registered = new HashMap<>();
    private final Set<String> listed;
    private final Map<ContainerKey, Mapped> bound = new TreeMap<>();
    private final Set<String> boundIds = new HashSet<>();
    private final List<RefusedContainer> refused = new ArrayList<>();
    private final List<RowChange> changes = new ArrayList<>();
    private final Set<String> absent = new HashSet<>();
    private int waiting;

    private IndexPlan(Snapshot snapshot, Set<String> listed) {
        this.listed = listed;
        for (IndexedContainer row : snapshot.rows()) {
            rows.put(row.key(), row);
            if (row.registered()) {
                registered.put(row.facts().containerId(), row);
            }
        }
    }

    /** Finds the rows of all containers of a listing; nothing is to be written yet. */
    static IndexPlan bind(Snapshot snapshot, Set<String> listed, List<Mapped> mapped, Set<String> hostKinds) {
        IndexPlan plan = new IndexPlan(snapshot, listed);
        Map<ContainerKey, List<Mapped>> claims = new TreeMap<>();
        for (Mapped one : mapped) {
            IndexedContainer own = plan.registered.get(one.container().id());
            if (own != null) {
                plan.bindOwn(own, one);
            } else if (hostKinds.contains(one.workload().kind())) {
                plan.waiting++;
            } else {
                claims.computeIfAbsent(one.key(), key -> new ArrayList<>()).add(one);
            }
        }
        claims.forEach(plan::bindBest);
        return plan;
    }

    private void bindOwn(IndexedContainer row, Mapped one) {
        if (row.key().workload().equals(one.workload().id())) {
            bind(row.key(), one);
        } else {
            refuse(one, "the host has recorded it for workload " + row.key().workload());
        }
    }

    private void bindBest(ContainerKey key, List<Mapped> claimants) {
        Optional<IndexedContainer> row = Optional.ofNullable(rows.get(key));
        String holder = row.map(held -> held.facts().containerId()).orElse("");
        Optional<Mapped> own = claimants.stream()
                .filter(one -> one.container().id().equals(holder))
                .findFirst();
        boolean taken = row.filter(IndexedContainer::registered).isPresent() && listed.contains(holder);
        Optional<Mapped> winner =
                taken ? Optional.empty() : own.or(() -> claimants.stream().min(BEST));
        winner.ifPresent(one -> bind(key, one));
        for (Mapped one : claimants) {
            if (winner.filter(one::equals).isEmpty()) {
                refuse(
                        one,
                        "container "
                                + winner.map(best -> best.container().name()).orElse(holder) + " is " + key
                                + "; give each a replica label of its own");
            }
        }
    }

    private void bind(ContainerKey key, Mapped one) {
        bound.put(key, one);
        boundIds.add(one.container().id());
    }

    private void refuse(Mapped one, String because) {
        ContainerSighting container = one.container();
        refused.add(new RefusedContainer(
                container.id(),
                container.name(),
                Why.HELD_BY_ANOTHER,
                "it claims workload " + one.workload().id() + ", and " + because));
    }

    /** Plans to write what is new or different about containers that exist. */
    void planSeen(StopRequests stops) {
        bound.forEach((key, one) -> {
            ContainerSighting container = one.container();
            Optional<IndexedContainer> row = Optional.ofNullable(rows.get(key));
            // A stop that was asked for counts until the container is started again, and for no other container.
            boolean recorded = row.filter(IndexedContainer::stopRequested)
                    .filter(same -> same.facts().containerId().equals(container.id()))
                    .filter(same -> !hasEnded(same) || container.status() != ContainerSighting.Status.RUNNING)
                    .isPresent();
            boolean requested = stops.requested(container.id(), recorded);
            ContainerFacts facts = facts(container, requested);
            String kind = one.workload().kind();
            boolean same = row.filter(before -> before.facts().equals(facts)
                            && before.kind().equals(kind)
                            && before.stopRequested() == requested)
                    .isPresent();
            if (!same) {
                long expected = row.map(IndexedContainer::version).orElse(0L);
                changes.add(new RowChange.Seen(key, expected, kind, facts, requested));
            }
        });
    }

    /** Plans what becomes of rows whose container is not theirs any more, or absent. */
    void planGone(Absences absences, Instant now, Duration keepMissing) {
        for (IndexedContainer row : rows.values()) {
            String id = row.facts().containerId();
            if (bound.containsKey(row.key())) {
                continue;
            }
            if (boundIds.contains(id)) {
                drop(row);
            } else if (row.missing()) {
                if (row.changedAt().plus(keepMissing).isBefore(now)) {
                    drop(row);
                }
            } else if (!listed.contains(id)) {
                planAbsent(row, absences, now);
            }
        }
        absences.keep(absent);
    }

    private void planAbsent(IndexedContainer row, Absences absences, Instant now) {
        absent.add(row.facts().containerId());
        if (absences.again(row, now)) {
            changes.add(new RowChange.Missing(row.key(), row.version(), absences.lastSeen(row)));
        }
    }

    private void drop(IndexedContainer row) {
        if (!row.registered()) {
            changes.add(new RowChange.Dropped(row.key(), row.version()));
        }
    }

    /** Returns whether none of the containers that at least {@code many} live rows have is in the listing. */
    boolean isSuspicious(int many) {
        List<IndexedContainer> live =
                rows.values().stream().filter(row -> !row.missing()).toList();
        return live.size() >= many
                && bound.isEmpty()
                && live.stream().noneMatch(row -> listed.contains(row.facts().containerId()));
    }

    private static boolean hasEnded(IndexedContainer row) {
        return switch (row.facts().state()) {
            case STOPPED, FAILED, MISSING -> true;
            case CREATED, RUNNING, RESTARTING, PAUSED, REMOVING -> false;
        };
    }

    private static ContainerFacts facts(ContainerSighting container, boolean stopRequested) {
        return new ContainerFacts(
                container.id(),
                container.name(),
                container.image(),
                state(container, stopRequested),
                container.exitCode(),
                container.ports());
    }

    private static ContainerState state(ContainerSighting container, boolean stopRequested) {
        return switch (container.status()) {
            case CREATED -> ContainerState.CREATED;
            case RUNNING -> ContainerState.RUNNING;
            case RESTARTING -> ContainerState.RESTARTING;
            case PAUSED -> ContainerState.PAUSED;
            case REMOVING -> ContainerState.REMOVING;
            case EXITED, DEAD -> ended(container.exitCode(), stopRequested);
        };
    }

    private static ContainerState ended(OptionalInt exitCode, boolean stopRequested) {
        int code = exitCode.orElse(0);
        boolean asked = stopRequested && BY_REQUEST.contains(code);
        return code == 0 || asked ? ContainerState.STOPPED : ContainerState.FAILED;
    }

    /** Returns what is to be written, in the order of the keys. */
    List<RowChange> changes() {
        return changes.stream().sorted(Comparator.comparing(RowChange::key)).toList();
    }

    List<RefusedContainer> refused() {
        return refused;
    }

    Set<String> boundIds() {
        return boundIds;
    }

    int waiting() {
        return waiting;
    }

    /** Returns how many live rows have no container. */
    int absent() {
        return absent.size();
    }
}
