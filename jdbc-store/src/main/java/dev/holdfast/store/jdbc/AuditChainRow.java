package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.AuditSeal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The one row that says where the chain over the audit stands.
 *
 * <p>Numbers of entries are given when a transaction writes, and seen when it commits: a lower one may come last. Who
 * has been given a number holds a lock on the table until his transaction has ended. So the highest number that is seen
 * is noted, and then, in this order, who holds such a lock: when all of those are gone, nothing can come before that
 * number any more.
 *
 * @param newest the newest seal
 * @param kept the last seal that was pruned
 * @param settling up to which entry the chain may go on once nobody of {@code awaited} writes any more; no higher than
 *     the newest seal's where nothing is noted
 * @param awaited the transactions that wrote when that was noted
 */
record AuditChainRow(AuditSeal newest, AuditSeal kept, long settling, List<String> awaited) {

    static final String COLUMNS = "number, entry, hash, kept_number, kept_entry, kept_hash, settling, awaited";

    private static final String WRITERS = """
            SELECT l.virtualtransaction FROM pg_locks l
            WHERE l.locktype = 'relation' AND l.relation = '@.audit'::regclass AND l.mode = 'RowExclusiveLock'
              AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
            """;

    static AuditChainRow of(ResultSet row) throws SQLException {
        return new AuditChainRow(
                new AuditSeal(row.getLong("number"), row.getLong("entry"), row.getString("hash")),
                new AuditSeal(row.getLong("kept_number"), row.getLong("kept_entry"), row.getString("kept_hash")),
                row.getLong("settling"),
                List.of((String[]) row.getArray("awaited").getArray()));
    }

    static Optional<AuditChainRow> read(Session session) throws SQLException {
        return session.first(AuditChainRow::of, "SELECT " + COLUMNS + " FROM @.audit_chain");
    }

    static Optional<AuditChainRow> locked(Session session) throws SQLException {
        return session.first(AuditChainRow::of, "SELECT " + COLUMNS + " FROM @.audit_chain FOR UPDATE");
    }

    /**
     * Returns up to which entry nothing can come before any more; no higher than the newest seal's if that must be
     * waited for.
     */
    long settled(Session session) throws SQLException {
        if (settling > newest.entry()) {
            boolean waits = writers(session).stream().anyMatch(awaited::contains);
            if (waits || isThere(session, settling)) {
                return waits ? newest.entry() : settling;
            }
        }
        long highest = session.first(row -> row.getLong("id"), "SELECT coalesce(max(id), 0) AS id FROM @.audit")
                .orElse(0L);
        if (highest <= newest.entry()) {
            return newest.entry();
        }
        List<String> writers = writers(session);
        if (writers.isEmpty()) {
            return highest;
        }
        session.change(
                "UPDATE @.audit_chain SET settling = ?, awaited = ? WHERE entry = ? AND settling = ?",
                highest,
                writers.toArray(String[]::new),
                newest.entry(),
                settling);
        return newest.entry();
    }

    /**
     * Returns whether an entry is still there behind the newest seal: else what was noted would be waited for for ever.
     */
    private boolean isThere(Session session, long upTo) throws SQLException {
        return session.first(
                        row -> row.getLong("id"),
                        "SELECT id FROM @.audit WHERE id > ? AND id <= ? LIMIT 1",
                        newest.entry(),
                        upTo)
                .isPresent();
    }

    private static List<String> writers(Session session) throws SQLException {
        return session.list(row -> row.getString("virtualtransaction"), WRITERS);
    }
}
