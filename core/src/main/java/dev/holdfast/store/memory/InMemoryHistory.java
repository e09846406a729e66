package dev.holdfast.store.memory;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.store.OperationHistory;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/** What the journal tells of operations. */
final class InMemoryHistory implements OperationHistory {

    private static final int LONGEST = 500;
    private static final int MOST_PRUNED = 10_000;

    private final InMemoryTables tables;

    InMemoryHistory(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Optional<Operation> find(long id) {
        return tables.locked(() -> Optional.ofNullable(tables.operations.get(id)));
    }

    @Override
    public Optional<Operation> newest(InstallKey key) {
        return list(key, Page.Request.first(1)).items().stream().findFirst();
    }

    @Override
    public Optional<Operation> delivery(InstallKey key, Stamp stamp) {
        return tables.locked(() -> of(key).values().stream()
                .filter(row -> row.goal().map(Goal::stamp).equals(Optional.of(stamp)))
                .findFirst());
    }

    @Override
    public List<Operation> changes(Destination destination, long before, int max) {
        InMemoryTables.bounded("max", max, LONGEST);
        return tables.locked(() -> tables
                .changes
                .getOrDefault(destination, Collections.emptyNavigableMap())
                .headMap(before, false)
                .descendingMap()
                .values()
                .stream()
                .limit(max)
                .toList());
    }

    @Override
    public Page<Operation> list(InstallKey key, Page.Request page) {
        long before = page.beforeId();
        return tables.locked(() -> {
            List<Operation> rows = of(key).headMap(before, false).descendingMap().values().stream()
                    .limit(page.limit() + 1L)
                    .toList();
            return Page.of(rows, page, row -> Long.toString(row.id()));
        });
    }

    @Override
    public Pruned prune(Pruning pruning) {
        InMemoryTables.positive("olderThan", pruning.olderThan());
        InMemoryTables.bounded("max", pruning.max(), MOST_PRUNED);
        return tables.locked(() -> {
            Instant before = tables.now().minus(pruning.olderThan());
            return new Pruned(new InMemoryPruning(tables, before, pruning.revisions()).run(), Optional.empty());
        });
    }

    private NavigableMap<Long, Operation> of(InstallKey key) {
        return tables.operationsOf.getOrDefault(key, Collections.emptyNavigableMap());
    }
}
