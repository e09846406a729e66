package dev.holdfast.store.jdbc;

import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import java.sql.SQLException;

/** The rows of upstreams, which installs refer to. */
final class Upstreams {

    private Upstreams() {}

    static boolean canMove(TrackedRef ref) {
        return !(ref instanceof TrackedRef.None) && !(ref instanceof TrackedRef.Sha);
    }

    /**
     * Returns the row's id, made if there is none. One that is followed becomes due at once, or, while somebody asks it, as
     * soon as the answer is written.
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
