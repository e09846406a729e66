package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was seen of installs on their targets. */
record Inspections(Database database) implements InspectionStore {

    private static final int MOST_CLAIMS = 1000;
    private static final String COLUMNS =
            "workspace, plugin, condition, detail, since, looked_at, verified_at, due_at, failures, last_error";
    private static final String OURS = " WHERE workspace = ? AND plugin = ? AND token = ?";

    @Override
    public Optional<Observation> find(InstallKey key) {
        return database.transaction(
                "finding an observation",
                session -> session.first(
                        Inspections::observation,
                        "SELECT " + COLUMNS + " FROM @.observation WHERE workspace = ? AND plugin = ?",
                        key.workspace().value(),
                        key.plugin().value()));
    }

    @Override
    public Page<Observation> differing(Page.Request page) {
        String[] after =
                Installs.after(page, page.after().map(text -> text.indexOf('/')).orElse(0));
        List<Observation> rows = database.transaction(
                "listing observations",
                session -> session.list(
                        Inspections::observation,
                        "SELECT " + COLUMNS + " FROM @.observation WHERE condition <> 'INTACT'"
                                + " AND (workspace, plugin) > (?, ?) ORDER BY workspace, plugin LIMIT ?",
                        after[0],
                        after[1],
                        page.limit() + 1));
        return Page.of(rows, page, row -> row.key().toString());
    }

    @Override
    public List<InspectionClaim> claimDue(String node, int max, Duration lease) {
        Checks.bounded("max", max, MOST_CLAIMS);
        Checks.positive("lease", lease);
        return database.transaction("claiming inspections", session -> {
            List<Claimed> claimed = session.list(Claimed::of, """
                    WITH due AS MATERIALIZED (
                      SELECT workspace, plugin, due_at FROM @.observation WHERE due_at <= @.clock()
                      ORDER BY due_at, workspace, plugin LIMIT ? FOR UPDATE SKIP LOCKED)
                    UPDATE @.observation o SET token = nextval('@.inspection_token'), claimed_by = ?, due_at = @.later(?)
                    FROM due WHERE o.workspace = due.workspace AND o.plugin = due.plugin
                    RETURNING o.token, @.clock() AS claimed_at, due.due_at AS was_due,
                    """ + Rows.of("o", COLUMNS), max, node, lease);
            Map<InstallKey, Install> installs = installs(session, claimed);
            return claimed.stream()
                    .sorted(Comparator.comparing(Claimed::wasDue))
                    .flatMap(one -> Optional.ofNullable(installs.get(one.seen().key())).map(one::with).stream())
                    .toList();
        });
    }

    private static Map<InstallKey, Install> installs(Session session, List<Claimed> claimed) throws SQLException {
        if (claimed.isEmpty()) {
            return Map.of();
        }
        return session
                .list(
                        Rows::install,
                        Rows.INSTALL
                                + "JOIN unnest(?::text[], ?::text[]) AS k(workspace, plugin)"
                                + " ON i.workspace = k.workspace AND i.plugin = k.plugin",
                        claimed.stream()
                                .map(one -> one.seen().key().workspace().value())
                                .toArray(String[]::new),
                        claimed.stream()
                                .map(one -> one.seen().key().plugin().value())
                                .toArray(String[]::new))
                .stream()
                .collect(Collectors.toMap(Install::key, install -> install));
    }

    /** A claimed row, without its install. */
    private record Claimed(Observation seen, long token, Instant at, Instant wasDue) {

        static Claimed of(ResultSet row) throws SQLException {
            return new Claimed(
                    observation(row),
                    row.getLong("token"),
                    Session.instant(row, "claimed_at"),
                    Session.instant(row, "was_due"));
        }

        InspectionClaim with(Install install) {
            return new InspectionClaim(install, seen, token, at);
        }
    }

    @Override
    public boolean note(InspectionClaim claim, Condition condition, String detail, boolean verified, Duration next) {
        InstallKey key = claim.install().key();
        return database.transaction("noting what was seen of " + key, session -> {
            boolean noted = session.change(
                            """
                                UPDATE @.observation SET token = 0, claimed_by = NULL, due_at = @.later(?),
                                  since = CASE WHEN condition = ? THEN since ELSE @.clock() END, condition = ?, detail = ?,
                                  looked_at = @.clock(), verified_at = CASE WHEN ? THEN @.clock() ELSE verified_at END,
                                  failures = 0, last_error = NULL
                                """ + OURS,
                            next,
                            condition.name(),
                            condition.name(),
                            Rows.kept(detail),
                            verified,
                            key.workspace().value(),
                            key.plugin().value(),
                            claim.token())
                    == 1;
            if (noted) {
                Optional<AuditEntry> news = claim.news(condition, detail);
                if (news.isPresent()) {
                    Audit.write(session, news.get());
                }
            }
            return noted;
        });
    }

    @Override
    public boolean postpone(InspectionClaim claim, String why, Duration retryAfter) {
        InstallKey key = claim.install().key();
        return database.transaction(
                "postponing the inspection of " + key,
                session -> session.change(
                                """
                                UPDATE @.observation SET token = 0, claimed_by = NULL, due_at = @.later(?),
                                  failures = failures + 1, last_error = ?
                                """ + OURS,
                                retryAfter,
                                Rows.kept(why),
                                key.workspace().value(),
                                key.plugin().value(),
                                claim.token())
                        == 1);
    }

    @Override
    public int hasten(String authority) {
        return database.transaction(
                "hastening the inspections at " + authority, session -> session.change("""
                    UPDATE @.observation o SET token = 0, claimed_by = NULL, due_at = @.clock() FROM @.install i
                    WHERE split_part(i.address, '/', 3) = ? AND o.workspace = i.workspace AND o.plugin = i.plugin
                    """, authority));
    }

    /** Notes a delivery. What an install sees live already, and only records, says nothing of its files. */
    static void delivered(Session session, Operation operation, Install install, Optional<Install> before) {
        boolean sameRelease = before.map(Install::release).equals(Optional.of(install.release()));
        if (operation.kind() == Operation.Kind.INSTALL && sameRelease) {
            return;
        }
        session.later("""
                INSERT INTO @.observation (workspace, plugin, since, looked_at, verified_at, due_at)
                VALUES (?, ?, @.clock(), @.clock(), @.clock(), @.later(?))
                ON CONFLICT (workspace, plugin) DO UPDATE SET condition = 'INTACT', detail = '', since = excluded.since,
                  looked_at = excluded.looked_at, verified_at = excluded.verified_at, due_at = excluded.due_at,
                  token = 0, claimed_by = NULL, failures = 0, last_error = NULL
                """, install.workspace().value(), install.plugin().value(), FIRST);
    }

    private static Observation observation(ResultSet row) throws SQLException {
        return new Observation(
                Rows.key(row),
                Condition.valueOf(row.getString("condition")),
                row.getString("detail"),
                Session.instant(row, "since"),
                Session.instant(row, "looked_at"),
                Session.instant(row, "verified_at"),
                Session.instant(row, "due_at"),
                row.getInt("failures"),
                Rows.text(row, "last_error"));
    }
}
