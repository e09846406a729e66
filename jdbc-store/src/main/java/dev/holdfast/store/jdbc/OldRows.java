package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.OperationHistory.Pruned;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Forgets old rows, in the order of their numbers and thereby of their age: one stretch of numbers in one transaction.
 * A table ends at the first row that was made within the time to keep.
 */
record OldRows(Session session, Pruning pruning) {

    /**
     * What is old of one table.
     *
     * @param made the column that says when a row was made
     * @param condition which rows of a stretch go; {@code o} is the row
     */
    private record Table(String name, String made, String condition) {

        /** Returns how many numbers one stretch has: a rollout takes its members along. */
        int stretch(int max) {
            return name.equals("rollout") ? 1 : max;
        }
    }

    private static final String OLD = " AND o.%s < @.clock() - ? * interval '1 millisecond'";

    /**
     * What stays: the newest that made one of the last good revisions live, what a release was made for that is live
     * since, and what made live a release that was replaced within the time to keep.
     */
    private static final String OPERATIONS = OLD.formatted("closed_at") + """
             AND o.outcome IS NOT NULL AND NOT EXISTS (
              SELECT FROM @.install i WHERE i.workspace = o.workspace AND i.plugin = o.plugin AND i.address = o.address
                AND o.goal_stamp IS NOT NULL
                AND NOT (EXISTS (SELECT FROM @.operation b WHERE b.goal_stamp = o.goal_stamp AND b.id < o.id
                           AND b.workspace = o.workspace AND b.plugin = o.plugin)
                     AND EXISTS (SELECT FROM @.operation l WHERE l.goal_stamp = o.goal_stamp AND l.id > o.id
                           AND l.workspace = o.workspace AND l.plugin = o.plugin))
                AND (o.goal_stamp = i.stamp
                  OR EXISTS (SELECT FROM @.operation l WHERE l.goal_stamp = o.goal_stamp AND l.id > o.id
                       AND l.workspace = o.workspace AND l.plugin = o.plugin)
                  OR (o.outcome = 'SUCCEEDED' AND o.phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND ? > (
                    SELECT count(DISTINCT n.goal_revision) FROM @.operation n
                    WHERE n.address = o.address AND n.plugin = o.plugin AND n.workspace = o.workspace
                      AND n.phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND n.outcome = 'SUCCEEDED' AND n.id > o.id
                      AND NOT EXISTS (SELECT FROM @.bad_revision d WHERE d.workspace = n.workspace
                        AND d.plugin = n.plugin AND d.revision = n.goal_revision))
                    AND NOT EXISTS (SELECT FROM @.operation s
                      WHERE s.address = o.address AND s.plugin = o.plugin AND s.workspace = o.workspace
                        AND s.phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND s.outcome = 'SUCCEEDED' AND s.id > o.id
                        AND s.goal_revision = o.goal_revision))))
             AND NOT (o.outcome = 'SUCCEEDED' AND o.phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND coalesce((
              SELECT s.closed_at IS NULL OR s.closed_at >= @.clock() - ? * interval '1 millisecond'
              FROM @.operation s WHERE s.address = o.address AND s.plugin = o.plugin AND s.id > o.id
                AND s.phase IN ('RECORDED', 'RELOADED', 'REVERTING') AND s.outcome IS DISTINCT FROM 'FAILED'
              ORDER BY s.id LIMIT 1), false))
            """;

    private static final String UPDATES = OLD.formatted("changed_at") + """
             AND o.status NOT IN ('PENDING', 'APPLYING') AND NOT EXISTS (
              SELECT FROM @.install i WHERE o.kind = 'plugin' AND NOT o.forgotten
                AND i.workspace = o.workspace AND i.plugin = o.plugin
                AND (o.status = 'DISMISSED' OR (o.status = 'FAILED' AND o.to_revision <> i.revision)))
             AND NOT EXISTS (
              SELECT FROM @.image_entry e WHERE o.kind = 'image' AND e.site = o.site AND e.image = o.image
                AND e.observed = o.to_revision)
            """;

    private static final String QUARANTINES = OLD.formatted("until");

    /** What stays: the newest of its name, source and ref, so that a policy does not begin it once more. */
    private static final String ROLLOUTS = OLD.formatted("changed_at") + """
             AND o.state NOT IN ('RUNNING', 'PAUSED') AND (o.track IS NULL OR EXISTS (
              SELECT FROM @.rollout n WHERE n.source = o.source AND n.track = o.track AND n.name = o.name AND n.id > o.id))
            """;

    private static final List<Table> TABLES = List.of(
            new Table("audit", "at", OLD.formatted("at")),
            new Table("update_entry", "created_at", UPDATES),
            new Table("operation", "opened_at", OPERATIONS),
            new Table("quarantine", "since", QUARANTINES),
            new Table("rollout", "created_at", ROLLOUTS));

    private static final Duration MARKS = Duration.ofDays(1);

    Pruned forget() throws SQLException {
        int table = 0;
        long from = 0;
        if (pruning.after().isPresent()) {
            String[] parts = pruning.after().get().split(" ", 2);
            table = Integer.parseInt(parts[0]);
            from = Long.parseLong(parts[1]);
        } else {
            session.change(
                    "DELETE FROM @.commit_mark WHERE changed_at < now() - ? * interval '1 millisecond'",
                    MARKS.toMillis());
        }
        while (table < TABLES.size()) {
            Optional<Long> first = firstOld(TABLES.get(table), from);
            if (first.isPresent()) {
                long end = first.get() - 1 + TABLES.get(table).stretch(pruning.max());
                long rows = delete(TABLES.get(table), first.get() - 1, end);
                return new Pruned(rows, Optional.of(table + " " + end));
            }
            table++;
            from = 0;
        }
        return new Pruned(0, Optional.empty());
    }

    /** Returns the first row behind {@code from}, if it was made before the time to keep. */
    private Optional<Long> firstOld(Table table, long from) throws SQLException {
        return session.first(
                        row -> row.getBoolean("old") ? Optional.of(row.getLong("id")) : Optional.<Long>empty(),
                        "SELECT id, " + table.made() + " < @.clock() - ? * interval '1 millisecond' AS old FROM @."
                                + table.name() + " WHERE id > ? ORDER BY id LIMIT 1",
                        pruning.olderThan().toMillis(),
                        from)
                .orElseGet(Optional::empty);
    }

    private long delete(Table table, long from, long end) throws SQLException {
        if (table.name().equals("audit")) {
            return new AuditPruning(pruning.olderThan()).delete(session, from, end);
        }
        long olderThan = pruning.olderThan().toMillis();
        String sql = "DELETE FROM @." + table.name() + " o WHERE o.id > ? AND o.id <= ?" + table.condition();
        return table.name().equals("operation")
                ? session.change(sql, from, end, olderThan, pruning.revisions(), olderThan)
                : session.change(sql, from, end, olderThan);
    }
}
