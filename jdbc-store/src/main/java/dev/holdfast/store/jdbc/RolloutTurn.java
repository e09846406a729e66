package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutMember.State;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Counts in rollouts who begins and who ends, in the transactions of the journal. A rollout is locked before the epoch,
 * and after an operation that is there already.
 *
 * @param rollouts those in which the install begins, locked
 * @param refusal why it may not begin
 */
record RolloutTurn(List<Long> rollouts, Optional<Opening> refusal) {

    private static final long NONE = 0;

    /** Takes the turn of an operation that is about to be opened. */
    static RolloutTurn take(Session session, NewOperation wanted, Optional<Update> update) throws SQLException {
        if (update.isEmpty() && wanted.rollout().isEmpty()) {
            return new RolloutTurn(List.of(), Optional.empty());
        }
        // Whoever may never begin is told so, and not to wait.
        Optional<Opening> forbidden =
                wanted.rollout().isPresent() ? Quarantines.forbidding(session, wanted) : Optional.empty();
        if (forbidden.isPresent()) {
            return new RolloutTurn(List.of(), forbidden);
        }
        List<Long> rollouts = HeldRollout.lock(
                session,
                "r.id = ? OR (r." + RolloutRow.OPEN + """
                 AND r.revision = ? AND r.id IN (
                  SELECT rollout FROM @.rollout_member WHERE workspace = ? AND plugin = ? AND state = 'WAITING'))
                """,
                wanted.rollout().orElse(NONE),
                update.map(Update::to).map(Revision::value).orElse(""),
                wanted.key().workspace().value(),
                wanted.key().plugin().value());
        return new RolloutTurn(
                rollouts,
                wanted.rollout().isPresent()
                        ? waits(session, wanted.rollout().getAsLong(), wanted.key())
                        : Optional.empty());
    }

    private static Optional<Opening> waits(Session session, long id, InstallKey key) throws SQLException {
        Optional<HeldRollout> held = HeldRollout.of(session, id);
        if (held.isEmpty()) {
            return Optional.of(new Opening.Waits("there is no rollout " + id));
        }
        HeldRollout rollout = held.get().moved();
        Optional<RolloutMember> member = MemberRow.find(session, id, key);
        Optional<String> why = why(rollout, member, key);
        if (why.isPresent()) {
            // Those who left may be all that it waits for.
            why = why(rollout.left().moved(), MemberRow.find(session, id, key), key);
        }
        return why.map(Opening.Waits::new);
    }

    private static Optional<String> why(HeldRollout held, Optional<RolloutMember> member, InstallKey key) {
        if (member.isEmpty()) {
            return Optional.of("'" + key + "' is no member of " + held.rollout());
        }
        return member.get().state() == State.WAITING
                ? held.rollout().waits(member.get().ring())
                : Optional.of("'" + key + "' is " + member.get().state() + " in " + held.rollout());
    }

    /** Notes that it has begun. */
    void begun(Session session, Operation operation) throws SQLException {
        if (!rollouts.isEmpty()) {
            session.change(
                    """
                    UPDATE @.rollout_member SET state = 'UNDER_WAY', operation_id = ?, changed_at = @.clock()
                    WHERE rollout = ANY (?) AND workspace = ? AND plugin = ? AND state = 'WAITING'
                    """,
                    operation.id(),
                    rollouts.toArray(Long[]::new),
                    operation.key().workspace().value(),
                    operation.key().plugin().value());
        }
    }

    /** Counts what an operation came to that was just closed. */
    static void ended(Session session, Operation operation, Closing closing) throws SQLException {
        if (operation.update().isPresent()) {
            List<Long> rollouts = HeldRollout.lock(
                    session, "r.id IN (SELECT rollout FROM @.rollout_member WHERE operation_id = ?)", operation.id());
            settle(session, rollouts, operation.key(), State.UNDER_WAY, State.after(closing));
        } else if (operation.kind() == Operation.Kind.ROLLBACK
                && closing.outcome() == Operation.Outcome.SUCCEEDED
                && operation.from().isPresent()) {
            List<Long> rollouts = HeldRollout.lock(
                    session,
                    "r." + RolloutRow.OPEN + """
                     AND r.revision = ? AND r.id IN (
                      SELECT rollout FROM @.rollout_member WHERE workspace = ? AND plugin = ? AND state = 'SUCCEEDED')
                    """,
                    operation.from().get().value(),
                    operation.key().workspace().value(),
                    operation.key().plugin().value());
            settle(session, rollouts, operation.key(), State.SUCCEEDED, State.FAILED);
        }
    }

    private static void settle(Session session, List<Long> rollouts, InstallKey key, State before, State now)
            throws SQLException {
        if (rollouts.isEmpty()) {
            return;
        }
        session.change(
                """
                UPDATE @.rollout_member SET state = ?, changed_at = @.clock()
                WHERE rollout = ANY (?) AND workspace = ? AND plugin = ? AND state = ?
                """,
                now,
                rollouts.toArray(Long[]::new),
                key.workspace().value(),
                key.plugin().value(),
                before);
        for (long id : rollouts) {
            HeldRollout.of(session, id).orElseThrow().moved();
        }
    }
}
