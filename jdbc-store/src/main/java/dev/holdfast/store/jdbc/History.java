package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.store.OperationHistory;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;

/** What the journal tells of operations. */
record History(Database database) implements OperationHistory {

    private static final int LONGEST = 500;
    private static final int MOST_PRUNED = 10_000;

    @Override
    public Optional<Operation> find(long id) {
        return database.transaction(
                "finding operation " + id,
                session -> session.first(
                        Rows::operation, "SELECT " + Rows.OPERATION + " FROM @.operation WHERE id = ?", id));
    }

    @Override
    public Optional<Operation> newest(InstallKey key) {
        return list(key, Page.Request.first(1)).items().stream().findFirst();
    }

    @Override
    public Optional<Operation> delivery(InstallKey key, Stamp stamp) {
        return database.transaction(
                "finding a delivery",
                session -> session.first(
                        Rows::operation,
                        "SELECT " + Rows.OPERATION + """
                         FROM @.operation WHERE goal_stamp = ? AND workspace = ? AND plugin = ?
                        ORDER BY id LIMIT 1
                        """,
                        stamp.value(),
                        key.workspace().value(),
                        key.plugin().value()));
    }

    @Override
    public List<Operation> changes(Destination destination, long before, int max) {
        Checks.bounded("max", max, LONGEST);
        return database.transaction(
                "reading the journal",
                session -> session.list(
                        Rows::operation,
                        "SELECT " + Rows.OPERATION + """
                         FROM @.operation
                        WHERE address = ? AND plugin = ? AND phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND id < ?
                        ORDER BY id DESC LIMIT ?
                        """,
                        destination.address().toString(),
                        destination.plugin().value(),
                        before,
                        max));
    }

    @Override
    public Pruned prune(Pruning pruning) {
        Checks.positive("olderThan", pruning.olderThan());
        Checks.bounded("max", pruning.max(), MOST_PRUNED);
        return database.transaction("forgetting old history", session -> new OldRows(session, pruning).forget());
    }

    @Override
    public Page<Operation> list(InstallKey key, Page.Request page) {
        long before = page.beforeId();
        List<Operation> rows = database.transaction(
                "reading the journal",
                session -> session.list(
                        Rows::operation,
                        "SELECT " + Rows.OPERATION + """
                         FROM @.operation WHERE workspace = ? AND plugin = ? AND id < ? ORDER BY id DESC LIMIT ?
                        """,
                        key.workspace().value(),
                        key.plugin().value(),
                        before,
                        page.limit() + 1));
        return Page.of(rows, page, row -> Long.toString(row.id()));
    }
}
