package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.WebhookStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Up to where webhooks were told. */
record Webhooks(Database database) implements WebhookStore {

    private static final String HELD = " WHERE name = ? AND token = ? AND claimed_by IS NOT NULL";

    @Override
    public List<WebhookStatus> list() {
        return database.transaction("listing webhooks", session -> session.list(Webhooks::status, """
                SELECT w.name, w.number, w.entry, w.hash, ARRAY(
                    SELECT e.event FROM @.webhook_events e
                    WHERE e.name = w.name AND e.seen_at > @.clock() - interval '30 minutes' ORDER BY e.event) AS events,
                  greatest(0, coalesce(c.number, 0) - w.number) AS waiting,
                  w.lost + greatest(0, coalesce(c.kept_number, 0) - w.number) AS lost, w.failures, w.last_error,
                  w.failing_since, w.delivered_at, w.due_at, w.suspended
                FROM @.webhook w LEFT JOIN @.audit_chain c ON true ORDER BY w.name
                """));
    }

    @Override
    public Optional<WebhookClaim> claim(String name, List<String> events, String node, Duration lease) {
        Checks.positive("lease", lease);
        return database.transaction("claiming webhook " + name, session -> {
            session.change("""
                    INSERT INTO @.webhook (name, number, entry, hash, due_at)
                    SELECT ?, number, entry, hash, @.clock() FROM @.audit_chain
                    ON CONFLICT (name) DO NOTHING
                    """, name);
            Optional<WebhookClaim> claim = session.first(
                    row -> new WebhookClaim(name, List.of(), seal(row), row.getInt("failures"), row.getLong("token")),
                    """
                    UPDATE @.webhook SET token = token + 1, claimed_by = ?, due_at = @.later(?)
                    WHERE name = ? AND suspended IS NULL AND due_at <= @.clock()
                    RETURNING number, entry, hash, failures, token
                    """,
                    node,
                    lease,
                    name);
            if (claim.isEmpty() && !wanted(session, name).containsAll(events)) {
                // Whoever holds it would pass over what this one wants.
                session.change("UPDATE @.webhook SET token = token + 1 WHERE name = ?", name);
            }
            session.change("""
                    INSERT INTO @.webhook_events AS known (name, event, seen_at)
                    SELECT ?, e.event, @.clock() FROM unnest(?::text[]) AS e (event) ORDER BY e.event
                    ON CONFLICT (name, event) DO UPDATE SET seen_at = excluded.seen_at
                    WHERE known.seen_at < excluded.seen_at - interval '5 minutes'
                    """, name, events.toArray(String[]::new));
            List<String> all = wanted(session, name);
            return claim.map(held -> new WebhookClaim(name, all, held.upTo(), held.failures(), held.token()));
        });
    }

    private static List<String> wanted(Session session, String name) throws SQLException {
        return session.list(row -> row.getString("event"), """
                SELECT event FROM @.webhook_events
                WHERE name = ? AND seen_at > @.clock() - interval '1 hour' ORDER BY event
                """, name);
    }

    @Override
    public boolean delivered(WebhookClaim claim, AuditSeal upTo, long lost, Duration lease) {
        Checks.positive("lease", lease);
        return database.transaction(
                "noting what webhook " + claim.name() + " has taken",
                session -> session.change(
                                """
                                UPDATE @.webhook SET number = ?, entry = ?, hash = ?, lost = lost + ?, failures = 0,
                                  last_error = NULL, failing_since = NULL, delivered_at = @.clock(), due_at = @.later(?)
                                """ + HELD,
                                upTo.number(),
                                upTo.entry(),
                                upTo.hash(),
                                lost,
                                lease,
                                claim.name(),
                                claim.token())
                        == 1);
    }

    @Override
    public boolean failed(WebhookClaim claim, Failure failure) {
        String why = Rows.kept(failure.why());
        return database.transaction(
                "noting that webhook " + claim.name() + " failed",
                session -> session.change(
                                """
                                UPDATE @.webhook SET failures = failures + 1, last_error = ?,
                                  failing_since = coalesce(failing_since, @.clock()), due_at = @.later(?), suspended = ?,
                                  claimed_by = NULL
                                """ + HELD,
                                why,
                                failure.retryAfter().orElse(Duration.ZERO),
                                failure.retryAfter().isPresent() ? Optional.empty() : Optional.of(why),
                                claim.name(),
                                claim.token())
                        == 1);
    }

    @Override
    public boolean release(WebhookClaim claim) {
        return database.transaction(
                "giving back webhook " + claim.name(),
                session -> session.change(
                                "UPDATE @.webhook SET claimed_by = NULL, due_at = @.clock()" + HELD,
                                claim.name(),
                                claim.token())
                        == 1);
    }

    @Override
    public boolean resume(String name, String actor) {
        return database.transaction("resuming webhook " + name, session -> {
            boolean known = session.change("""
                            UPDATE @.webhook SET suspended = NULL, failures = 0, last_error = NULL, failing_since = NULL,
                              lost = 0, due_at = CASE WHEN claimed_by IS NULL THEN @.clock() ELSE due_at END
                            WHERE name = ?
                            """, name) == 1;
            if (known) {
                Audit.write(session, AuditEntry.of(actor, "webhook-resumed", name));
            }
            return known;
        });
    }

    private static AuditSeal seal(ResultSet row) throws SQLException {
        return new AuditSeal(row.getLong("number"), row.getLong("entry"), row.getString("hash"));
    }

    private static WebhookStatus status(ResultSet row) throws SQLException {
        return new WebhookStatus(
                row.getString("name"),
                List.of((String[]) row.getArray("events").getArray()),
                seal(row),
                row.getLong("waiting"),
                row.getLong("lost"),
                row.getInt("failures"),
                Rows.text(row, "last_error"),
                Session.optionalInstant(row, "failing_since"),
                Session.optionalInstant(row, "delivered_at"),
                Session.instant(row, "due_at"),
                Rows.text(row, "suspended"));
    }
}
