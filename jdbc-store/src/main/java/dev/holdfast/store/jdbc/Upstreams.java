package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpstreamStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the upstreams, and the rows of them that installs refer to. */
record Upstreams(Database database) implements UpstreamStore {

    private static final String STATUS = """
            SELECT u.scheme, u.key, u.host, u.failures, u.last_error, u.failing_since, u.checked_at, u.due_at, u.suspended,
              u.refs, u.revisions, (SELECT count(*) FROM @.install i WHERE i.upstream_id = u.id AND i.follows) AS installs
            FROM @.upstream u WHERE followed
            """;

    @Override
    public Optional<UpstreamStatus> find(Upstream upstream) {
        return database.transaction(
                "finding " + upstream,
                session -> session.first(
                        Upstreams::status,
                        STATUS + "AND key = ? AND scheme = ? AND host = ?",
                        upstream.key(),
                        upstream.scheme(),
                        upstream.host()));
    }

    @Override
    public Page<UpstreamStatus> list(Page.Request page) {
        String[] after = page.after().map(text -> text.split(" ", -1)).orElseGet(() -> new String[] {"", "", ""});
        if (after.length != 3) {
            throw page.badPlace();
        }
        List<UpstreamStatus> rows = database.transaction(
                "listing upstreams",
                session -> session.list(
                        Upstreams::status,
                        STATUS + "AND (key, scheme, host) > (?, ?, ?) ORDER BY key, scheme, host LIMIT ?",
                        after[0],
                        after[1],
                        after[2],
                        page.limit() + 1));
        return Page.of(rows, page, status -> {
            Upstream upstream = status.upstream();
            return upstream.key() + " " + upstream.scheme() + " " + upstream.host();
        });
    }

    @Override
    public boolean suspend(Upstream upstream, String actor, String why) {
        return changed(
                upstream,
                "UPDATE @.upstream SET suspended = ? WHERE key = ? AND scheme = ? AND host = ? AND followed",
                AuditEntry.of(actor, "suspend", upstream + ": " + why),
                Rows.kept(why));
    }

    @Override
    public boolean resume(Upstream upstream, String actor) {
        return changed(upstream, """
                UPDATE @.upstream SET suspended = NULL,
                  again = again OR coalesce(lease_until > @.clock(), false),
                  due_at = CASE WHEN lease_until > @.clock() THEN due_at ELSE @.clock() END
                WHERE key = ? AND scheme = ? AND host = ? AND suspended IS NOT NULL
                """, AuditEntry.of(actor, "resume", upstream.toString()));
    }

    @Override
    public UpstreamSummary summary(int most) {
        return database.transaction("counting upstreams", session -> {
            List<UpstreamStatus> troubled = session.list(Upstreams::status, STATUS + """
                    AND (suspended IS NOT NULL OR last_error IS NOT NULL)
                    ORDER BY suspended IS NOT NULL, CASE WHEN suspended IS NULL THEN failing_since END, key, scheme, host
                    LIMIT ?
                    """, most);
            return session.first(row -> summary(row, troubled), """
                            SELECT count(*) FILTER (WHERE suspended IS NULL AND last_error IS NULL) AS ready,
                              count(*) FILTER (WHERE suspended IS NULL AND last_error IS NOT NULL) AS failing,
                              count(*) FILTER (WHERE suspended IS NOT NULL) AS suspended,
                              extract(epoch FROM @.clock() - min(due_at) FILTER (WHERE suspended IS NULL)) AS behind
                            FROM @.upstream WHERE followed
                            """).orElseThrow();
        });
    }

    private static UpstreamSummary summary(ResultSet row, List<UpstreamStatus> troubled) throws SQLException {
        Duration behind = Session.optionalSeconds(row, "behind").orElse(Duration.ZERO);
        return new UpstreamSummary(
                row.getLong("ready"),
                row.getLong("failing"),
                row.getLong("suspended"),
                behind.isNegative() ? Duration.ZERO : behind,
                troubled);
    }

    private boolean changed(Upstream upstream, String sql, AuditEntry entry, Object... first) {
        return database.transaction(entry.action() + " of " + upstream, session -> {
            Object[] arguments = java.util.Arrays.copyOf(first, first.length + 3);
            arguments[first.length] = upstream.key();
            arguments[first.length + 1] = upstream.scheme();
            arguments[first.length + 2] = upstream.host();
            boolean changed = session.change(sql, arguments) == 1;
            if (changed) {
                Audit.write(session, entry);
            }
            return changed;
        });
    }

    private static UpstreamStatus status(ResultSet row) throws SQLException {
        return new UpstreamStatus(
                Rows.upstream(row),
                row.getLong("installs"),
                row.getInt("failures"),
                Rows.text(row, "last_error"),
                Session.optionalInstant(row, "failing_since"),
                Session.optionalInstant(row, "checked_at"),
                Session.instant(row, "due_at"),
                Rows.text(row, "suspended"),
                refs(row));
    }

    private static Map<TrackedRef, Revision> refs(ResultSet row) throws SQLException {
        String[] refs = (String[]) row.getArray("refs").getArray();
        String[] revisions = (String[]) row.getArray("revisions").getArray();
        Map<TrackedRef, Revision> found = new HashMap<>();
        for (int i = 0; i < refs.length; i++) {
            found.put(TrackedRef.parse(refs[i]), Revision.of(revisions[i]));
        }
        return found;
    }

    static boolean canMove(TrackedRef ref) {
        return !(ref instanceof TrackedRef.None) && !(ref instanceof TrackedRef.Sha);
    }

    /**
     * Returns the row's id, made if there is none. One that is followed becomes due at once, or, while somebody asks
     * it, as soon as the answer is written.
     */
    static long referred(Session session, Upstream upstream, boolean followed) throws SQLException {
        return session.first(row -> row.getLong(1), """
                        INSERT INTO @.upstream AS u (scheme, key, host, followed, due_at) VALUES (?, ?, ?, ?, @.clock())
                        ON CONFLICT (key, scheme, host) DO UPDATE SET
                          followed = u.followed OR excluded.followed,
                          again = CASE WHEN excluded.followed AND u.lease_until > @.clock() THEN true ELSE u.again END,
                          due_at = CASE WHEN excluded.followed AND (u.lease_until IS NULL OR u.lease_until <= @.clock())
                                   THEN excluded.due_at ELSE u.due_at END
                        RETURNING id
                        """, upstream.scheme(), upstream.key(), upstream.host(), followed)
                .orElseThrow();
    }

    /** Lets go of an upstream that an install no longer refers to, or no longer follows. */
    static void dropUnfollowed(Session session, long id) throws SQLException {
        // Whoever comes to follow it meanwhile has locked the row. Only a statement that begins after they committed
        // sees
        // their install; one that waits in the middle decides on what it saw before, and would switch their sweeps off.
        session.list(row -> id, "SELECT id FROM @.upstream WHERE id = ? FOR UPDATE", id);
        session.change("""
                UPDATE @.upstream u SET followed = false, token = 0
                WHERE id = ? AND followed
                  AND NOT EXISTS (SELECT 1 FROM @.install i WHERE i.upstream_id = u.id AND i.follows)
                """, id);
        session.change("""
                DELETE FROM @.upstream u
                WHERE id = ? AND NOT EXISTS (SELECT 1 FROM @.install i WHERE i.upstream_id = u.id)
                """, id);
    }
}
