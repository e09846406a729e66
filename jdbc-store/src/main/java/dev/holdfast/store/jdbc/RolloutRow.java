package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.Goal;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutPlan;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A rollout as it was read, with how its members fare.
 *
 * @param now the time of the transaction that has read it
 */
record RolloutRow(Rollout rollout, Instant now) {

    static final String OPEN = "state IN ('RUNNING', 'PAUSED')";

    private static final String SELECT = """
            SELECT id, name, plan, source, track, revision, version, state, ring, ring_since, soak_until, note, actor,
              created_at, changed_at, @.clock() AS now FROM @.rollout
            """;

    /** How many members of a ring fare in one way. */
    private record Fare(long rollout, int ring, Counts counts) {

        static Fare of(ResultSet row) throws SQLException {
            return new Fare(
                    row.getLong("rollout"),
                    row.getInt("ring"),
                    new Counts(
                            row.getInt("waiting"),
                            row.getInt("under_way"),
                            row.getInt("succeeded"),
                            row.getInt("failed"),
                            row.getInt("gone")));
        }
    }

    /**
     * Reads the rollouts that {@code which} names, and then their members: if it locks, these are as the lock found
     * them.
     */
    static List<RolloutRow> list(Session session, String which, Object... arguments) throws SQLException {
        List<RolloutRow> rows = session.list(RolloutRow::of, SELECT + which, arguments);
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Long, Map<Integer, Counts>> counts = new HashMap<>();
        for (Fare fare : session.list(Fare::of, """
                SELECT rollout, ring, count(*) FILTER (WHERE state = 'WAITING') AS waiting,
                  count(*) FILTER (WHERE state = 'UNDER_WAY') AS under_way,
                  count(*) FILTER (WHERE state = 'SUCCEEDED') AS succeeded,
                  count(*) FILTER (WHERE state = 'FAILED') AS failed, count(*) FILTER (WHERE state = 'LEFT') AS gone
                FROM @.rollout_member WHERE rollout = ANY (?) GROUP BY rollout, ring
                """, (Object)
                rows.stream().map(row -> row.rollout().id()).toArray(Long[]::new))) {
            counts.computeIfAbsent(fare.rollout(), id -> new HashMap<>()).put(fare.ring(), fare.counts());
        }
        return rows.stream()
                .map(row -> row.counting(counts.getOrDefault(row.rollout().id(), Map.of())))
                .toList();
    }

    private RolloutRow counting(Map<Integer, Counts> counts) {
        List<Counts> rings = new ArrayList<>(rollout.rings());
        counts.forEach(rings::set);
        return new RolloutRow(
                new Rollout(
                        rollout.id(),
                        rollout.name(),
                        rollout.plan(),
                        rollout.goal(),
                        rollout.progress(),
                        rings,
                        rollout.actor(),
                        rollout.createdAt(),
                        rollout.changedAt()),
                now);
    }

    private static RolloutRow of(ResultSet row) throws SQLException {
        RolloutPlan plan = RolloutPlan.parse(row.getString("plan"));
        return new RolloutRow(
                new Rollout(
                        row.getLong("id"),
                        row.getString("name"),
                        plan,
                        new Goal(
                                Source.parse(row.getString("source")),
                                Rows.text(row, "track").map(TrackedRef::parse),
                                Revision.of(row.getString("revision")),
                                Rows.text(row, "version")),
                        new Progress(
                                State.valueOf(row.getString("state")),
                                row.getInt("ring"),
                                Session.instant(row, "ring_since"),
                                Session.optionalInstant(row, "soak_until"),
                                row.getString("note")),
                        Collections.nCopies(plan.rings().size(), Counts.none()),
                        row.getString("actor"),
                        Session.instant(row, "created_at"),
                        Session.instant(row, "changed_at")),
                Session.instant(row, "now"));
    }
}
