package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.PlaceStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where something of ours may still lie. */
record Places(Database database) implements PlaceStore {

    private static final int MOST_CLAIMS = 1000;
    private static final String OURS = "WHERE address = ? AND plugin = ? AND token = ?";

    @Override
    public Page<Place> list(Page.Request page) {
        String[] after = after(page);
        List<Place> rows = database.transaction(
                "listing places", session -> session.list(Places::place, """
                        SELECT address, plugin, workspace FROM @.place WHERE (address, plugin) > (?, ?)
                        ORDER BY address, plugin LIMIT ?
                        """, after[0], after[1], page.limit() + 1));
        return Page.of(rows, page, place -> place.address() + "/" + place.key().plugin());
    }

    @Override
    public List<PlaceClaim> claimDue(String node, int max, Duration lease) {
        Checks.bounded("max", max, MOST_CLAIMS);
        Checks.positive("lease", lease);
        return database.transaction(
                "claiming places", session -> session.list(Places::claim, """
                    WITH due AS MATERIALIZED (
                      SELECT address, plugin, due_at FROM @.place WHERE due_at <= @.clock()
                      ORDER BY due_at, address, plugin LIMIT ? FOR UPDATE SKIP LOCKED),
                    claimed AS (
                      UPDATE @.place p SET token = nextval('@.place_token'), claimed_by = ?, lease_until = @.later(?),
                        due_at = @.later(?), again = false
                      FROM due WHERE p.address = due.address AND p.plugin = due.plugin
                      RETURNING p.address, p.plugin, p.workspace, p.token, p.failures, p.trouble,
                        @.clock() AS claimed_at, due.due_at AS was_due)
                    SELECT address, plugin, workspace, token, failures, trouble, claimed_at FROM claimed
                    ORDER BY was_due, address, plugin
                    """, max, node, lease, lease));
    }

    @Override
    public boolean settle(PlaceClaim claim, Look look) {
        if (look instanceof Look.Clean clean) {
            return changed(
                    "settling",
                    claim,
                    """
                UPDATE @.place SET due_at = CASE WHEN again THEN @.clock() WHEN ? THEN @.later(?) END,
                  token = 0, lease_until = NULL, again = false, failures = 0, trouble = NULL
                """,
                    clean.next().isPresent(),
                    clean.next().orElse(Duration.ZERO));
        }
        return look instanceof Look.Stuck stuck
                ? failed(claim, Optional.of(Rows.kept(stuck.trouble())), stuck.retryAfter())
                : failed(claim, Optional.empty(), ((Look.Failed) look).retryAfter());
    }

    private boolean failed(PlaceClaim claim, Optional<String> trouble, Duration retryAfter) {
        return changed("recording a failure at", claim, """
                UPDATE @.place SET due_at = @.later(?), token = 0, lease_until = NULL, again = false,
                  failures = failures + 1, trouble = coalesce(?, trouble)
                """, retryAfter, trouble);
    }

    @Override
    public boolean end(PlaceClaim claim) {
        return database.transaction(
                "dropping " + claim.place(),
                session -> session.change(
                                "DELETE FROM @.place " + OURS + " AND NOT again",
                                claim.place().address().toString(),
                                claim.place().key().plugin().value(),
                                claim.token())
                        == 1);
    }

    @Override
    public Troubles troubles(int most) {
        return database.transaction("counting places", session -> {
            List<String> first = session.list(
                    row -> row.getString("trouble"),
                    "SELECT trouble FROM @.place WHERE trouble IS NOT NULL ORDER BY address, plugin LIMIT ?",
                    most);
            long count = session.first(row -> row.getLong(1), "SELECT count(*) FROM @.place WHERE trouble IS NOT NULL")
                    .orElseThrow();
            return new Troubles(count, first);
        });
    }

    /** Notes that an operation was opened at a place: from now on something of ours may lie there. */
    static void opened(Session session, InstallKey key, TargetAddress address) {
        session.later(
                """
                INSERT INTO @.place (address, plugin, workspace, due_at) VALUES (?, ?, ?, NULL)
                ON CONFLICT (address, plugin) DO UPDATE SET workspace = excluded.workspace
                """, address.toString(), key.plugin().value(), key.workspace().value());
    }

    /** Notes that an operation ended there: the place may have been dropped since it was opened. */
    static void ended(Session session, Destination place, InstallKey key, boolean wentWell) {
        session.later(
                """
                INSERT INTO @.place AS p (address, plugin, workspace, due_at) VALUES (?, ?, ?, @.clock())
                ON CONFLICT (address, plugin) DO UPDATE SET
                  again = p.again OR coalesce(p.lease_until > @.clock(), false),
                  due_at = CASE WHEN p.lease_until > @.clock() THEN p.due_at
                                WHEN ? OR p.failures = 0 THEN excluded.due_at ELSE p.due_at END,
                  failures = CASE WHEN ? THEN 0 ELSE p.failures END
                """,
                place.address().toString(),
                place.plugin().value(),
                key.workspace().value(),
                wentWell,
                wentWell);
    }

    private boolean changed(String what, PlaceClaim claim, String sql, Object one, Object other) {
        return database.transaction(
                what + " " + claim.place(),
                session -> session.change(
                                sql + OURS,
                                one,
                                other,
                                claim.place().address().toString(),
                                claim.place().key().plugin().value(),
                                claim.token())
                        == 1);
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(Rows.key(row), TargetAddress.parse(row.getString("address")));
    }

    private static PlaceClaim claim(ResultSet row) throws SQLException {
        return new PlaceClaim(
                place(row),
                row.getLong("token"),
                Session.instant(row, "claimed_at"),
                row.getInt("failures"),
                Rows.text(row, "trouble"));
    }

    /** Returns the two parts of a cursor; empty texts, before all others, without one. */
    private static String[] after(Page.Request page) {
        if (page.after().isEmpty()) {
            return new String[] {"", ""};
        }
        String cursor = page.after().get();
        int slash = cursor.lastIndexOf('/');
        if (slash < 0) {
            throw page.badPlace();
        }
        return new String[] {
            cursor.substring(0, slash),
            PluginName.of(cursor.substring(slash + 1)).value()
        };
    }
}
