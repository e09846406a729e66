package dev.holdfast.store.memory;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The index in the memory of this process, and nothing after it: for tests, and for hosts that ask the engine anew on
 * every start. One lock guards all of it, so each call is atomic.
 */
public final class InMemoryContainerIndex implements ContainerIndex {

    private final Clock clock;
    private final NavigableMap<ContainerKey, IndexedContainer> rows = new TreeMap<>();
    private long version;

    private InMemoryContainerIndex(Clock clock) {
        this.clock = clock;
    }

    /** Returns an empty index that measures time by the system's clock. */
    public static InMemoryContainerIndex create() {
        return create(Clock.systemUTC());
    }

    /** Returns an empty index that measures time by {@code clock}. */
    public static InMemoryContainerIndex create(Clock clock) {
        return new InMemoryContainerIndex(clock);
    }

    @Override
    public synchronized Snapshot read(String host) {
        return new Snapshot(where(row -> row.key().host().equals(host)), now());
    }

    @Override
    public synchronized List<IndexedContainer> write(List<RowChange> changes) {
        List<IndexedContainer> written = new ArrayList<>();
        for (RowChange change :
                changes.stream().sorted((a, b) -> a.key().compareTo(b.key())).toList()) {
            IndexedContainer row = rows.get(change.key());
            if (change.expected() == (row == null ? 0 : row.version())) {
                change(change, row).ifPresent(written::add);
            }
        }
        return written;
    }

    private Optional<IndexedContainer> change(RowChange change, @Nullable IndexedContainer row) {
        if (change instanceof RowChange.Seen seen) {
            return Optional.of(put(new IndexedContainer(
                    seen.key(),
                    seen.kind(),
                    seen.facts(),
                    seen.stopRequested(),
                    row == null ? Optional.empty() : row.hostData(),
                    0,
                    now(),
                    now())));
        }
        if (row != null && change instanceof RowChange.Missing missing) {
            return Optional.of(put(new IndexedContainer(
                    row.key(),
                    row.kind(),
                    row.facts().state(ContainerState.MISSING),
                    row.stopRequested(),
                    row.hostData(),
                    0,
                    missing.lastSeen().orElse(row.seenAt()),
                    now())));
        }
        if (row != null && !row.registered()) {
            rows.remove(row.key());
        }
        return Optional.empty();
    }

    @Override
    public synchronized IndexedContainer register(
            ContainerKey key, String kind, ContainerFacts facts, String hostData) {
        ContainerIndex.checkHostData(hostData);
        String id = facts.containerId();
        for (IndexedContainer other : where(row -> row.key().host().equals(key.host())
                && !row.key().equals(key)
                && row.facts().containerId().equals(id))) {
            if (other.registered()) {
                throw new PermanentException(
                        Reason.CONFLICT,
                        "container " + id + " is registered as " + other.key() + "; forget that, or give another id");
            }
            rows.remove(other.key());
        }
        Optional<IndexedContainer> same = Optional.ofNullable(rows.get(key))
                .filter(row -> row.facts().containerId().equals(id));
        return put(new IndexedContainer(
                key,
                kind,
                same.map(IndexedContainer::facts).orElse(facts),
                same.filter(IndexedContainer::stopRequested).isPresent(),
                Optional.of(hostData),
                0,
                same.map(IndexedContainer::seenAt).orElseGet(this::now),
                now()));
    }

    @Override
    public synchronized boolean expectStop(String host, String containerId) {
        List<IndexedContainer> found = where(row ->
                row.key().host().equals(host) && row.facts().containerId().equals(containerId));
        for (IndexedContainer row : found) {
            put(new IndexedContainer(row.key(), row.kind(), row.facts(), true, row.hostData(), 0, row.seenAt(), now()));
        }
        return !found.isEmpty();
    }

    @Override
    public synchronized int forget(WorkloadId workload) {
        List<IndexedContainer> gone = where(row -> row.key().workload().equals(workload));
        gone.forEach(row -> rows.remove(row.key()));
        return gone.size();
    }

    @Override
    public synchronized Page<IndexedContainer> list(ContainerQuery query, Page.Request page) {
        Optional<ContainerKey> after = page.after().map(ContainerKey::parse);
        List<IndexedContainer> found = where(row -> after.map(key -> row.key().compareTo(key) > 0)
                        .orElse(true)
                && query.workload().map(row.key().workload()::equals).orElse(true)
                && query.host().map(row.key().host()::equals).orElse(true)
                && query.containerId().map(row.facts().containerId()::equals).orElse(true)
                && (query.states().isEmpty()
                        || query.states().contains(row.facts().state())));
        return Page.of(
                found.stream().limit(page.limit() + 1L).toList(),
                page,
                row -> row.key().toString());
    }

    private List<IndexedContainer> where(Predicate<IndexedContainer> condition) {
        return rows.values().stream().filter(condition).toList();
    }

    private IndexedContainer put(IndexedContainer row) {
        IndexedContainer next = new IndexedContainer(
                row.key(),
                row.kind(),
                row.facts(),
                row.stopRequested(),
                row.hostData(),
                ++version,
                row.seenAt(),
                row.changedAt());
        rows.put(next.key(), next);
        return next;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
