package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The journal of operations. */
record Journal(Database database) implements OperationJournal {

    @Override
    public Opening open(NewOperation wanted) {
        Checks.positive("lease", wanted.lease());
        while (true) {
            Optional<Opening> opening =
                    database.transaction("opening an operation", session -> tryOpen(session, wanted));
            if (opening.isPresent()) {
                return opening.get();
            }
        }
    }

    /** Returns empty if the holder went away while we looked: then the next try decides. */
    private static Optional<Opening> tryOpen(Session session, NewOperation wanted) throws SQLException {
        boolean applies = wanted.update().isPresent();
        Optional<Update> update =
                applies ? Updates.find(session, wanted.update().getAsLong()) : Optional.empty();
        if (applies && update.filter(found -> found.concerns(wanted.key())).isEmpty()) {
            return Optional.of(new Opening.NotPending(update));
        }
        Optional<Operation> holder = holder(session, wanted);
        if (holder.isPresent()) {
            return Optional.of(new Opening.Held(holder.get()));
        }
        if (applies && update.orElseThrow().status() != UpdateStatus.PENDING) {
            return Optional.of(new Opening.NotPending(update));
        }
        return allowed(session, wanted, update);
    }

    private static Optional<Opening> allowed(Session session, NewOperation wanted, Optional<Update> update)
            throws SQLException {
        RolloutTurn turn = RolloutTurn.take(session, wanted, update);
        if (turn.refusal().isPresent()) {
            return turn.refusal();
        }
        Optional<Operation> opened = insert(session, wanted);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        // Only now: whoever declares one waits for those who have their epoch.
        Optional<Opening> forbidden = Quarantines.forbidding(session, wanted);
        if (forbidden.isPresent()) {
            session.change("DELETE FROM @.operation WHERE id = ?", opened.get().id());
            return forbidden;
        }
        Places.opened(session, wanted.key(), wanted.address());
        if (update.isPresent() && !begin(session, update.get().id(), wanted.actor())) {
            throw new SQLException("the update was decided on meanwhile", "40001");
        }
        turn.begun(session, opened.get());
        return opened.map(Opening.Opened::new);
    }

    private static Optional<Operation> holder(Session session, NewOperation wanted) throws SQLException {
        return session.first(
                Rows::operation,
                "SELECT " + Rows.OPERATION + """
                 FROM @.operation WHERE id = least(
                  (SELECT id FROM @.operation WHERE outcome IS NULL AND address = ? AND plugin = ?),
                  (SELECT id FROM @.operation WHERE outcome IS NULL AND workspace = ? AND plugin = ?))
                """,
                wanted.address().toString(),
                wanted.key().plugin().value(),
                wanted.key().workspace().value(),
                wanted.key().plugin().value());
    }

    private static Optional<Operation> insert(Session session, NewOperation wanted) throws SQLException {
        Optional<Goal> goal = wanted.goal();
        return session.first(
                Rows::operation,
                """
                WITH next AS (UPDATE @.epoch SET value = greatest(value, ?) + 1 RETURNING value)
                INSERT INTO @.operation (kind, workspace, plugin, address, goal_source, goal_track, goal_upstream,
                  goal_stamp, goal_revision, goal_version, from_revision, update_id, actor, owner, lease_until, epoch,
                  phase, opened_at)
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::bigint, ?, ?, @.later(?), value, 'OPENED', @.clock() FROM next
                ON CONFLICT DO NOTHING RETURNING
                """ + Rows.OPERATION,
                wanted.epochAbove(),
                wanted.kind(),
                wanted.key().workspace().value(),
                wanted.key().plugin().value(),
                wanted.address().toString(),
                goal.map(g -> g.origin().source().toString()),
                goal.map(g -> g.origin().track().toString()),
                goal.map(g -> parts(g.origin().upstream())),
                goal.map(g -> g.stamp().value()),
                goal.map(g -> g.revision().value()),
                goal.flatMap(Goal::version),
                wanted.from().map(Revision::value),
                wanted.update(),
                Rows.kept(wanted.actor()),
                wanted.owner(),
                wanted.lease());
    }

    private static String[] parts(Upstream upstream) {
        return new String[] {upstream.scheme(), upstream.key(), upstream.host()};
    }

    private static boolean begin(Session session, long update, String actor) throws SQLException {
        return session.change("""
                        UPDATE @.update_entry SET status = 'APPLYING', retry_at = NULL, actor = ?, changed_at = @.clock()
                        WHERE id = ? AND status = 'PENDING'
                        """, Rows.kept(actor), update) == 1;
    }

    @Override
    public boolean advance(Operation operation, Phase phase, Duration lease) {
        return database.write(
                "noting progress",
                session -> session.change("""
                                UPDATE @.operation SET phase = ?, lease_until = @.later(?)
                                WHERE id = ? AND epoch = ? AND outcome IS NULL
                                """, phase, lease, operation.id(), operation.epoch()) == 1);
    }

    @Override
    public boolean record(Operation operation, Install install) {
        operation.checkRecords(install);
        return recorded(operation, recording -> recording.write(install));
    }

    @Override
    public boolean recordRemoved(Operation operation) {
        return recorded(operation, Recording::remove);
    }

    private boolean recorded(Operation operation, Recording.Change change) {
        return database.write("recording " + operation.key(), session -> {
            int ours = session.change(
                    "UPDATE @.operation SET phase = CASE phase WHEN 'REVERTING' THEN phase ELSE 'RECORDED' END WHERE id = ? AND epoch = ? AND outcome IS NULL",
                    operation.id(),
                    operation.epoch());
            if (ours == 1) {
                change.make(new Recording(session, operation));
            }
            return ours == 1;
        });
    }

    @Override
    public boolean close(Operation operation, Closing closing) {
        closing.check(operation);
        return database.write("closing operation " + operation.id(), session -> {
            Optional<Operation> closed = session.first(
                    Rows::operation,
                    """
                    UPDATE @.operation SET outcome = ?, note = ?, closed_at = @.clock()
                    WHERE id = ? AND epoch = ? AND outcome IS NULL RETURNING
                    """ + Rows.OPERATION,
                    closing.outcome(),
                    Rows.kept(closing.note()),
                    operation.id(),
                    operation.epoch());
            if (closed.isPresent()) {
                settle(session, closed.get(), closing);
                audit(session, closed.get(), closing);
                RolloutTurn.ended(session, closed.get(), closing);
                if (operation.kind() != Operation.Kind.COLLECT) {
                    boolean wentWell = closing.outcome() == Operation.Outcome.SUCCEEDED;
                    Places.ended(session, operation.destination(), operation.key(), wentWell);
                }
            }
            return closed.isPresent();
        });
    }

    private static void settle(Session session, Operation operation, Closing closing) {
        boolean failed = closing.update() != UpdateStatus.APPLIED;
        boolean again = closing.update() == UpdateStatus.PENDING;
        if (operation.update().isPresent()) {
            session.later(
                    """
                    UPDATE @.update_entry SET status = ?, attempts = attempts + 1, last_error = ?,
                      retry_at = CASE WHEN ? THEN @.later(?) END, changed_at = @.clock()
                    WHERE id = ? AND status = 'APPLYING'
                    """,
                    closing.update(),
                    failed ? Optional.of(Rows.kept(closing.note())) : Optional.empty(),
                    again && closing.retryAfter().isPresent(),
                    closing.retryAfter().orElse(Duration.ZERO),
                    operation.update());
        }
        if (closing.bad().isPresent()) {
            session.later(
                    """
                    INSERT INTO @.bad_revision (workspace, plugin, revision, update_id) VALUES (?, ?, ?, ?::bigint)
                    ON CONFLICT (workspace, plugin, revision) DO NOTHING
                    """,
                    operation.key().workspace().value(),
                    operation.key().plugin().value(),
                    closing.bad().get().value(),
                    operation.update());
            // A sweep may have queued it since the operation was recorded.
            session.later(
                    """
                    UPDATE @.update_entry SET status = 'RESOLVED', retry_at = NULL, actor = ?, changed_at = @.clock()
                    WHERE kind = 'plugin' AND workspace = ? AND plugin = ? AND status = 'PENDING' AND to_revision = ?
                    """,
                    operation.actor(),
                    operation.key().workspace().value(),
                    operation.key().plugin().value(),
                    closing.bad().get().value());
        }
    }

    private static void audit(Session session, Operation operation, Closing closing) {
        Audit.write(session, AuditEntry.ended(operation, closing.outcome(), operation.actor(), closing.note()));
    }

    @Override
    public List<Operation> claimExpired(String owner, Duration lease, int max, long epochAbove) {
        Checks.positive("lease", lease);
        Checks.bounded("max", max, 1000);
        return database.transaction("taking over operations", session -> {
            List<Long> expired = session.list(row -> row.getLong(1), """
                    SELECT id FROM @.operation WHERE outcome IS NULL AND lease_until <= @.clock()
                    ORDER BY lease_until, id LIMIT ? FOR UPDATE SKIP LOCKED
                    """, max);
            List<Operation> taken = new ArrayList<>(expired.size());
            for (long id : expired) {
                taken.add(taken(session, id, owner, lease, epochAbove));
            }
            taken.sort(Comparator.comparingLong(Operation::epoch));
            return taken;
        });
    }

    @Override
    public Optional<Operation> claim(Operation operation, String owner, Duration lease, long epochAbove) {
        Checks.positive("lease", lease);
        return database.transaction("taking over operation " + operation.id(), session -> {
            Optional<Long> free = session.first(row -> row.getLong(1), """
                    SELECT id FROM @.operation
                    WHERE id = ? AND epoch = ? AND outcome IS NULL AND lease_until <= @.clock() FOR UPDATE
                    """, operation.id(), operation.epoch());
            return free.isPresent()
                    ? Optional.of(taken(session, free.get(), owner, lease, epochAbove))
                    : Optional.empty();
        });
    }

    private static Operation taken(Session session, long id, String owner, Duration lease, long epochAbove)
            throws SQLException {
        return session.first(Rows::operation, """
                        WITH next AS (UPDATE @.epoch SET value = greatest(value, ?) + 1 RETURNING value)
                        UPDATE @.operation SET owner = ?, lease_until = @.later(?), epoch = next.value
                        FROM next WHERE id = ? RETURNING
                        """ + Rows.OPERATION, epochAbove, owner, lease, id)
                .orElseThrow();
    }
}
