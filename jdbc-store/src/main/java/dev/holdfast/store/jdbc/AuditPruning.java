package dev.holdfast.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Forgets old audit entries and their seals, from the first on and without a gap, so that what is kept is one end of
 * the chain. An entry that is not sealed yet stays once a chain has begun.
 */
record AuditPruning(Duration olderThan) {

    /** Forgets what is old of the entries behind {@code from} up to {@code end}. */
    long delete(Session session, long from, long end) throws SQLException {
        // Held to the end: of two nodes that prune, the second sees what the first has left.
        Optional<AuditChainRow> chain =
                AuditChainRow.locked(session).filter(row -> row.newest().number() > 0);
        long behind = chain.map(row -> row.kept().entry()).orElse(from);
        long last = chain.map(row -> Math.min(end, row.newest().entry())).orElse(end);
        long stays = session.first(
                        row -> row.getLong("id"),
                        "SELECT id FROM @.audit WHERE id > ? AND id <= ?"
                                + " AND at >= @.clock() - ? * interval '1 millisecond' ORDER BY id LIMIT 1",
                        behind,
                        last,
                        olderThan.toMillis())
                .orElse(last + 1);
        long rows = session.change("DELETE FROM @.audit WHERE id > ? AND id < ?", behind, stays);
        if (chain.isPresent()) {
            cut(session, stays);
        }
        return rows;
    }

    private static void cut(Session session, long stays) throws SQLException {
        session.change("""
                UPDATE @.audit_chain SET kept_number = s.number, kept_entry = s.entry, kept_hash = encode(s.hash, 'hex')
                FROM (SELECT l.number, l.entry, l.hash FROM @.audit_seal l JOIN @.audit_chain c
                        ON l.number > c.kept_number AND l.number <= c.kept_number + greatest(0, ? - c.kept_entry)
                      WHERE l.entry < ? ORDER BY l.number DESC LIMIT 1) s
                """, stays, stays);
        session.change("DELETE FROM @.audit_seal s USING @.audit_chain c WHERE s.number <= c.kept_number");
    }
}
