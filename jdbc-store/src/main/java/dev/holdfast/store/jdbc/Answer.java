package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import dev.holdfast.spi.store.SweepStore.Tracked;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The answer of one upstream, whose row this transaction has locked, written for some of its installs at once, in the
 * order of their keys. An install recorded after the claim is left to the next look: the answer may be older than it.
 *
 * @param batch for how many installs
 */
record Answer(long upstream, Instant claimedAt, SweepClaim claim, int batch) {

    /** How long the claim is held after each part: much longer than the next one takes. */
    private static final Duration BETWEEN = Duration.ofMinutes(5);

    /** What each install of the upstream makes of the findings. The first arguments are those of {@link #arguments}. */
    private static final String CONCERNED = """
            WITH found AS (
              SELECT ref, revision, version, why, queue FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[])
                AS f(ref, revision, version, why, queue)),
            concerned AS (
              SELECT i.workspace, i.plugin, i.revision AS installed, i.track, f.revision AS found, f.version,
                     CASE WHEN i.track || ' ' || i.revision = ANY(?) THEN 'REF_REWRITTEN' ELSE f.why END AS why,
                     f.queue AND i.revision <> f.revision AS wanted,
                     EXISTS (SELECT 1 FROM @.update_entry d WHERE d.workspace = i.workspace AND d.plugin = i.plugin
                               AND d.to_revision = f.revision AND d.status = 'DISMISSED' AND NOT d.forgotten)
                     OR EXISTS (SELECT 1 FROM @.bad_revision b WHERE b.workspace = i.workspace
                               AND b.plugin = i.plugin AND b.revision = f.revision) AS declined
              FROM @.install i JOIN found f ON f.ref = i.track
              WHERE i.upstream_id = ? AND i.follows AND i.updated_at <= ?
                AND (i.workspace, i.plugin) > (?, ?)
                AND (?::text IS NULL OR (i.workspace, i.plugin) <= (?::text, ?::text)))
            """;

    SweepOutcome record(Session session, List<Finding> findings, Duration next) throws SQLException {
        Optional<InstallKey> last = last(session);
        Object[] arguments = arguments(findings, last);
        // Unless anything that was installed when the claim was handed out differs, there is nothing to queue.
        boolean moved = moved(findings);
        // What is open is looked up for each install, by subqueries that the planner cannot turn round: while its
        // statistics say that nothing is pending, it would read all that is pending for every answer.
        List<Boolean> gaveWay = session.list(row -> row.getString(1).equals("SUPERSEDED"), CONCERNED + """
                UPDATE @.update_entry u SET
                  status = CASE WHEN gone.wanted AND NOT gone.declined THEN 'SUPERSEDED' ELSE 'RESOLVED' END,
                  retry_at = NULL, actor = 'sweep', changed_at = @.clock()
                FROM (SELECT o.id, c.wanted, c.declined FROM concerned c CROSS JOIN LATERAL (
                        SELECT id FROM @.update_entry o WHERE o.kind = 'plugin' AND o.workspace = c.workspace
                          AND o.plugin = c.plugin AND o.status = 'PENDING'
                          AND (c.installed = c.found OR o.to_revision <> c.found)
                        FOR UPDATE) o) gone
                WHERE u.id = gone.id
                RETURNING u.status
                """, arguments);
        int superseded = (int) gaveWay.stream().filter(gone -> gone).count();
        List<Update> queued = moved ? queue(session, arguments) : List.of();
        int suppressed = moved ? suppressed(session, arguments) : 0;
        if (last.isPresent()) {
            session.change("""
                    UPDATE @.upstream SET lease_until = greatest(lease_until, @.later(?)),
                      due_at = greatest(due_at, @.later(?))
                    WHERE id = ?
                    """, BETWEEN, BETWEEN, upstream);
        } else {
            end(session, arguments, next);
        }
        return new SweepOutcome(queued, superseded, gaveWay.size() - superseded, suppressed, last.map(claim::after));
    }

    /** Returns the last install of this part; empty if none follow it. Few upstreams have more than one part. */
    private Optional<InstallKey> last(Session session) throws SQLException {
        long followers = claim.tracked().stream().mapToLong(Tracked::installs).sum();
        return followers <= batch
                ? Optional.empty()
                : session.first(Rows::key, """
                        SELECT workspace, plugin FROM @.install
                        WHERE upstream_id = ? AND follows AND (workspace, plugin) > (?, ?)
                        ORDER BY workspace, plugin OFFSET ? LIMIT 1
                        """, upstream, workspace(claim.after()), plugin(claim.after()), batch - 1);
    }

    private static String workspace(Optional<InstallKey> key) {
        return key.map(found -> found.workspace().value()).orElse("");
    }

    private static String plugin(Optional<InstallKey> key) {
        return key.map(found -> found.plugin().value()).orElse("");
    }

    private void end(Session session, Object[] arguments, Duration next) throws SQLException {
        session.change("""
                UPDATE @.upstream SET failures = 0, last_error = NULL, failing_since = NULL, checked_at = @.clock(),
                  refs = ?, revisions = ?,
                  due_at = CASE WHEN again THEN @.clock() ELSE @.later(?) END, token = 0, lease_until = NULL, again = false
                WHERE id = ?
                """, arguments[0], arguments[1], next, upstream);
    }

    private boolean moved(List<Finding> findings) {
        return findings.stream()
                .anyMatch(finding -> claim.tracked().stream()
                        .anyMatch(group -> group.ref().equals(finding.ref())
                                && !group.installed().equals(finding.revision())));
    }

    private static List<Update> queue(Session session, Object[] arguments) throws SQLException {
        List<Update> queued = session.list(Rows::update, CONCERNED + """
                INSERT INTO @.update_entry (kind, workspace, plugin, from_revision, to_revision, version, track, why,
                  status, actor, seen_at, created_at, changed_at)
                SELECT 'plugin', workspace, plugin, installed, found, version, track, why, 'PENDING', 'sweep',
                  coalesce((SELECT min(s.seen_at) FROM @.update_entry s WHERE s.workspace = c.workspace
                              AND s.plugin = c.plugin AND s.to_revision = c.found AND NOT s.forgotten), @.clock()),
                  @.clock(), @.clock()
                FROM concerned c WHERE wanted AND NOT declined AND (
                  SELECT o.id FROM @.update_entry o WHERE o.kind = 'plugin' AND o.workspace = c.workspace
                    AND o.plugin = c.plugin AND o.status IN ('PENDING', 'APPLYING')) IS NULL
                ORDER BY workspace, plugin
                ON CONFLICT (workspace, plugin) WHERE kind = 'plugin' AND status IN ('PENDING', 'APPLYING') DO NOTHING
                RETURNING
                """ + Rows.UPDATE, arguments);
        Updates.auditQueued(session, queued);
        return queued;
    }

    private static int suppressed(Session session, Object[] arguments) throws SQLException {
        return session.first(
                        row -> row.getInt(1),
                        CONCERNED + "SELECT count(*) FROM concerned WHERE wanted AND declined",
                        arguments)
                .orElse(0);
    }

    private Object[] arguments(List<Finding> findings, Optional<InstallKey> last) {
        return new Object[] {
            texts(findings, finding -> finding.ref().toString()),
            texts(findings, finding -> finding.revision().value()),
            findings.stream().map(finding -> finding.version().orElse(null)).toArray(String[]::new),
            texts(findings, finding -> finding.why().name()),
            findings.stream().map(Finding::queue).toArray(Boolean[]::new),
            rewritten(findings),
            upstream,
            claimedAt,
            workspace(claim.after()),
            plugin(claim.after()),
            last.map(key -> key.workspace().value()),
            last.map(key -> key.workspace().value()),
            last.map(key -> key.plugin().value())
        };
    }

    private static String[] rewritten(List<Finding> findings) {
        return findings.stream()
                .flatMap(finding -> finding.rewrittenFrom().stream().map(from -> finding.ref() + " " + from.value()))
                .toArray(String[]::new);
    }

    private static String[] texts(List<Finding> findings, Function<Finding, String> text) {
        return findings.stream().map(text).toArray(String[]::new);
    }
}
