package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.SweepStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which upstreams are due and what they answered.
 *
 * @param batch for how many installs of one upstream an answer is written in one transaction
 */
record Sweeps(Database database, int batch) implements SweepStore {

    static final int BATCH = 5000;

    private record Claimed(long id, Upstream upstream, long token, int failures, Instant wasDue) {

        static Claimed of(ResultSet row) throws SQLException {
            return new Claimed(
                    row.getLong("id"),
                    Rows.upstream(row),
                    row.getLong("token"),
                    row.getInt("failures"),
                    Session.instant(row, "was_due"));
        }
    }

    @Override
    public Census census() {
        return database.transaction(
                "counting upstreams",
                session -> session.first(
                                row -> new Census(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4)), """
                                SELECT count(*) FILTER (WHERE suspended IS NULL AND due_at <= @.clock()),
                                  count(*) FILTER (WHERE suspended IS NULL AND due_at > @.clock()
                                    AND (lease_until IS NULL OR lease_until <= @.clock())),
                                  count(*) FILTER (WHERE suspended IS NULL AND lease_until > @.clock()),
                                  count(*) FILTER (WHERE suspended IS NOT NULL)
                                FROM @.upstream WHERE followed
                                """)
                        .orElseThrow());
    }

    @Override
    public List<SweepClaim> claimDue(String node, int max, Duration lease) {
        Checks.bounded("max", max, 1000);
        Checks.positive("lease", lease);
        return database.transaction("claiming upstreams", session -> {
            List<Claimed> claimed = session.list(Claimed::of, """
                    WITH due AS MATERIALIZED (
                      SELECT id, due_at FROM @.upstream WHERE followed AND suspended IS NULL AND due_at <= @.clock()
                      ORDER BY due_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
                    UPDATE @.upstream u SET token = nextval('@.sweep_token'), claimed_by = ?, claimed_at = @.clock(),
                      lease_until = @.later(?), due_at = @.later(?), again = false
                    WHERE u.id = ANY (ARRAY (SELECT id FROM due))
                    RETURNING u.id, u.scheme, u.key, u.host, u.token, u.failures,
                      (SELECT d.due_at FROM due d WHERE d.id = u.id) AS was_due
                    """, max, node, lease, lease);
            return claims(session, claimed);
        });
    }

    @Override
    public Optional<SweepClaim> claim(String node, Upstream upstream, Duration lease) {
        Checks.positive("lease", lease);
        return database.transaction("claiming " + upstream, session -> {
            List<Claimed> claimed = session.list(
                    Claimed::of, """
                    UPDATE @.upstream u SET token = nextval('@.sweep_token'), claimed_by = ?, claimed_at = @.clock(),
                      lease_until = @.later(?), due_at = @.later(?), again = false
                    WHERE key = ? AND scheme = ? AND host = ? AND followed AND suspended IS NULL
                      AND (lease_until IS NULL OR lease_until <= @.clock())
                    RETURNING id, scheme, key, host, token, failures, due_at AS was_due
                    """, node, lease, lease, upstream.key(), upstream.scheme(), upstream.host());
            if (claimed.isEmpty()) {
                session.change(
                        "UPDATE @.upstream SET again = true WHERE key = ? AND scheme = ? AND host = ? AND followed",
                        upstream.key(),
                        upstream.scheme(),
                        upstream.host());
            }
            return claims(session, claimed).stream().findFirst();
        });
    }

    /** Adds what the installs of each upstream follow and have, for all of them in one statement. */
    private static List<SweepClaim> claims(Session session, List<Claimed> claimed) throws SQLException {
        if (claimed.isEmpty()) {
            return List.of();
        }
        Map<Long, List<Tracked>> tracked = new HashMap<>();
        session.list(
                row -> tracked.computeIfAbsent(row.getLong("upstream_id"), id -> new java.util.ArrayList<>())
                        .add(new Tracked(
                                TrackedRef.parse(row.getString("track")),
                                Revision.of(row.getString("revision")),
                                row.getLong("installs"))),
                """
                SELECT wanted.id AS upstream_id, alike.track, alike.revision, alike.installs
                FROM unnest(?::bigint[]) AS wanted(id) CROSS JOIN LATERAL (
                  SELECT track, revision, count(*) AS installs FROM @.install
                  WHERE upstream_id = wanted.id AND follows GROUP BY track, revision) alike
                """,
                (Object) claimed.stream().map(Claimed::id).toArray(Long[]::new));
        return claimed.stream()
                .sorted(Comparator.comparing(Claimed::wasDue).thenComparing(Claimed::id))
                .map(row -> new SweepClaim(
                        row.upstream(), row.token(), row.failures(), tracked.getOrDefault(row.id(), List.of())))
                .toList();
    }

    @Override
    public Optional<SweepOutcome> record(SweepClaim claim, List<Finding> findings, Duration next) {
        Set<TrackedRef> refs = new HashSet<>();
        for (Finding finding : findings) {
            if (!refs.add(finding.ref())) {
                throw new IllegalArgumentException("two findings for " + finding.ref());
            }
        }
        return database.transaction("recording " + claim.upstream(), session -> {
            Optional<Answer> answer = session.first(
                    row -> new Answer(row.getLong("id"), Session.instant(row, "claimed_at"), claim, batch),
                    """
                    SELECT id, claimed_at FROM @.upstream
                    WHERE key = ? AND scheme = ? AND host = ? AND token = ? FOR UPDATE
                    """,
                    claim.upstream().key(),
                    claim.upstream().scheme(),
                    claim.upstream().host(),
                    claim.token());
            return answer.isPresent()
                    ? Optional.of(answer.get().record(session, findings, next))
                    : Optional.<SweepOutcome>empty();
        });
    }

    @Override
    public boolean fail(SweepClaim claim, Reason reason, String message, Duration retryAfter) {
        return database.transaction(
                "recording a failure of " + claim.upstream(),
                session -> session.change(
                                """
                                UPDATE @.upstream SET failures = failures + 1, last_error = ?, due_at = @.later(?),
                                  failing_since = coalesce(failing_since, @.clock()),
                                  token = 0, lease_until = NULL, again = false
                                WHERE key = ? AND scheme = ? AND host = ? AND token = ?
                                """,
                                Rows.kept(message),
                                retryAfter,
                                claim.upstream().key(),
                                claim.upstream().scheme(),
                                claim.upstream().host(),
                                claim.token())
                        == 1);
    }

    @Override
    public boolean release(SweepClaim claim) {
        return database.transaction(
                "giving back " + claim.upstream(),
                session -> session.change(
                                """
                                UPDATE @.upstream SET due_at = @.clock(), token = 0, lease_until = NULL, again = false
                                WHERE key = ? AND scheme = ? AND host = ? AND token = ?
                                """,
                                claim.upstream().key(),
                                claim.upstream().scheme(),
                                claim.upstream().host(),
                                claim.token())
                        == 1);
    }
}
