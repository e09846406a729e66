package dev.holdfast.store.jdbc;

import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.Outcomes;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutStore.Decision;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A rollout whose row this transaction has locked: until it ends, nobody else counts members, decides, or moves it. */
record HeldRollout(Session session, Rollout rollout, Instant now) {

    /** Whom the audit names where a rollout moves by itself. */
    private static final String ITSELF = "rollout";

    static Optional<HeldRollout> of(Session session, long id) throws SQLException {
        return RolloutRow.list(session, "WHERE id = ? FOR UPDATE", id).stream()
                .findFirst()
                .map(row -> new HeldRollout(session, row.rollout(), row.now()));
    }

    boolean isOpen() {
        return rollout.progress().state().isOpen();
    }

    /**
     * Lets members leave that have nothing to wait for. One that is under way without an open operation was forgotten,
     * with its workspace.
     */
    HeldRollout left() throws SQLException {
        int left = session.change(
                """
                UPDATE @.rollout_member m SET state = 'LEFT', changed_at = @.clock() WHERE m.rollout = ? AND (
                  (m.state = 'UNDER_WAY' AND NOT EXISTS (
                    SELECT FROM @.operation o WHERE o.id = m.operation_id AND o.outcome IS NULL))
                  OR (m.state = 'WAITING' AND (
                    NOT EXISTS (SELECT FROM @.install i WHERE i.workspace = m.workspace AND i.plugin = m.plugin
                      AND i.revision <> ? AND split_part(i.source, '#', 1) = ? AND i.track = coalesce(?, i.track))
                    OR EXISTS (SELECT FROM @.update_entry u WHERE u.workspace = m.workspace AND u.plugin = m.plugin
                      AND u.to_revision = ? AND u.status = 'DISMISSED' AND NOT u.forgotten)
                    OR EXISTS (SELECT FROM @.bad_revision b WHERE b.workspace = m.workspace AND b.plugin = m.plugin
                      AND b.revision = ?))))
                """,
                rollout.id(),
                rollout.goal().revision().value(),
                rollout.goal().source().base(),
                rollout.goal().track().map(TrackedRef::toString),
                rollout.goal().revision().value(),
                rollout.goal().revision().value());
        return left == 0 ? this : of(session, rollout.id()).orElseThrow();
    }

    /** Moves it as far as it goes by itself. */
    HeldRollout moved() throws SQLException {
        Map<Duration, Outcomes> outcomes = new HashMap<>();
        for (var rule : rollout.plan().halts()) {
            outcomes.put(rule.window(), outcomes(rule.window()));
        }
        Rollout moved = rollout.moved(now, within -> outcomes.getOrDefault(within, new Outcomes(0, 0)));
        if (moved.progress().equals(rollout.progress())) {
            return this;
        }
        write(moved.progress());
        State state = moved.progress().state();
        if (moved.progress().ring() > rollout.progress().ring()) {
            audit(ITSELF, "rollout-next-ring", "ring " + (moved.progress().ring() + 1) + " is open");
        }
        if (state != State.RUNNING) {
            audit(
                    ITSELF,
                    "rollout-" + state.name().toLowerCase(Locale.ROOT),
                    moved.progress().note());
        }
        if (state == State.HALTED) {
            Quarantines.declare(session, moved.quarantine(ITSELF), OptionalLong.of(rollout.id()));
        }
        return new HeldRollout(session, moved, now);
    }

    /** Of one that is younger than the time, all that ended counts. */
    private Outcomes outcomes(Duration within) throws SQLException {
        Instant since = now.minus(within);
        if (rollout.createdAt().isAfter(since)) {
            return new Outcomes(
                    rollout.rings().stream().mapToLong(Counts::ended).sum(),
                    rollout.rings().stream().mapToLong(Counts::failed).sum());
        }
        return session.first(row -> new Outcomes(row.getLong("ended"), row.getLong("failed")), """
                        SELECT count(*) AS ended, count(*) FILTER (WHERE state = 'FAILED') AS failed FROM @.rollout_member
                        WHERE rollout = ? AND state IN ('SUCCEEDED', 'FAILED') AND changed_at > ?
                        """, rollout.id(), since)
                .orElseThrow();
    }

    /** Decides as a person says; on one that is not open, or that stands so already, nothing changes. */
    Rollout decided(Decision decision, String actor, String note) throws SQLException {
        Progress wanted = decision.after(rollout, Rows.kept(note), now);
        if (wanted.equals(rollout.progress())) {
            return rollout;
        }
        write(wanted);
        audit(actor, decision.action(), note);
        return rollout.progress(wanted, now);
    }

    void superseded(Rollout by, String actor) throws SQLException {
        String note = "by " + by;
        write(rollout.progress().state(State.SUPERSEDED, note));
        audit(actor, "rollout-superseded", note);
    }

    private void write(Progress so) throws SQLException {
        session.change("""
                UPDATE @.rollout SET state = ?, ring = ?, ring_since = ?, soak_until = ?::timestamptz, note = ?,
                  changed_at = @.clock()
                WHERE id = ?
                """, so.state(), so.ring(), so.ringSince(), so.soakUntil(), so.note(), rollout.id());
    }

    private void audit(String actor, String action, String note) throws SQLException {
        audit(session, rollout, actor, action, note);
    }

    static void audit(Session session, Rollout rollout, String actor, String action, String note) throws SQLException {
        Audit.write(session, AuditEntry.of(rollout, actor, action, note));
    }

    /** Returns the ids of {@code which}, all locked, in the one order in which everybody locks more than one. */
    static List<Long> lock(Session session, String which, Object... arguments) throws SQLException {
        return session.list(
                row -> row.getLong("id"),
                "SELECT r.id FROM @.rollout r WHERE " + which + " ORDER BY r.id FOR UPDATE OF r",
                arguments);
    }
}
