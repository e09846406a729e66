package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.TrustStore;
import dev.holdfast.spi.trust.Verified;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is remembered of upstreams and verified of installs. */
record TrustRows(Database database) implements TrustStore {

    private static final String PIN = "kind, pinned, actor, since";
    private static final String VERIFIED = "revision, rule, part, fingerprint, signer, account, at";
    private static final String OF = " WHERE scheme = ? AND upstream = ? AND kind = ?";

    @Override
    public List<Pin> pins(Upstream upstream) {
        return database.transaction(
                "reading pins",
                session -> session.list(
                        TrustRows::pin,
                        "SELECT " + PIN + " FROM @.trust_pin WHERE scheme = ? AND upstream = ? ORDER BY kind",
                        upstream.scheme(),
                        upstream.key()));
    }

    @Override
    public Pin pinFirst(Upstream upstream, Pin.Kind kind, Set<String> values, String actor) {
        return database.transaction("pinning " + upstream, session -> {
            if (insert(session, upstream, kind, values, actor)) {
                Audit.write(session, AuditEntry.of(actor, "pin", Pin.changed(kind, upstream, values, "")));
            }
            return held(session, upstream, kind);
        });
    }

    private static boolean insert(Session session, Upstream upstream, Pin.Kind kind, Set<String> values, String actor)
            throws SQLException {
        return session.change("""
                        INSERT INTO @.trust_pin (scheme, upstream, kind, pinned, actor, since)
                        VALUES (?, ?, ?, ?, ?, @.clock()) ON CONFLICT DO NOTHING
                        """, upstream.scheme(), upstream.key(), kind, texts(values), Rows.kept(actor)) == 1;
    }

    private static Pin held(Session session, Upstream upstream, Pin.Kind kind) throws SQLException {
        return session.first(
                        TrustRows::pin,
                        "SELECT " + PIN + " FROM @.trust_pin" + OF + " FOR UPDATE",
                        upstream.scheme(),
                        upstream.key(),
                        kind)
                .orElseThrow();
    }

    @Override
    public Pin accept(Upstream upstream, Pin.Kind kind, Set<String> values, String actor, String note) {
        return database.transaction("accepting " + kind + " of " + upstream, session -> {
            insert(session, upstream, kind, values, actor);
            Set<String> all = new TreeSet<>(held(session, upstream, kind).values());
            all.addAll(values);
            if (all.size() > Pin.MOST) {
                throw new PermanentException(
                        Reason.CONFLICT,
                        upstream + " would have " + all.size() + " values of " + kind + ", and " + Pin.MOST
                                + " are the most; remove the pin first");
            }
            session.change(
                    "UPDATE @.trust_pin SET pinned = ?, actor = ?, since = @.clock()" + OF,
                    texts(all),
                    Rows.kept(actor),
                    upstream.scheme(),
                    upstream.key(),
                    kind);
            Audit.write(session, AuditEntry.of(actor, "pin-accepted", Pin.changed(kind, upstream, values, note)));
            return held(session, upstream, kind);
        });
    }

    @Override
    public boolean remove(Upstream upstream, Pin.Kind kind, String actor, String note) {
        return database.transaction("removing a pin of " + upstream, session -> {
            boolean removed =
                    session.change("DELETE FROM @.trust_pin" + OF, upstream.scheme(), upstream.key(), kind) == 1;
            if (removed) {
                Audit.write(session, AuditEntry.of(actor, "pin-removed", Pin.changed(kind, upstream, Set.of(), note)));
            }
            return removed;
        });
    }

    @Override
    public Verified record(InstallKey key, Verified verified, String actor) {
        return database.transaction("recording what was verified of " + key, session -> {
            Verified kept = put(session, key, verified);
            session.change(
                    """
                    DELETE FROM @.trust_verified WHERE workspace = ? AND plugin = ? AND revision NOT IN (
                      SELECT revision FROM @.trust_verified WHERE workspace = ? AND plugin = ?
                      ORDER BY at DESC, revision LIMIT ?)
                    """,
                    key.workspace().value(),
                    key.plugin().value(),
                    key.workspace().value(),
                    key.plugin().value(),
                    MOST_VERIFIED);
            Audit.write(
                    session,
                    AuditEntry.of(actor, "trust-verified", verified.text())
                            .about(key)
                            .to(verified.revision()));
            return kept;
        });
    }

    private static Verified put(Session session, InstallKey key, Verified verified) throws SQLException {
        return session.first(
                        TrustRows::verified,
                        """
                        INSERT INTO @.trust_verified AS v (workspace, plugin, revision, rule, part, fingerprint, signer,
                          account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, @.clock())
                        ON CONFLICT (workspace, plugin, revision) DO UPDATE SET rule = excluded.rule, part = excluded.part,
                          fingerprint = excluded.fingerprint, signer = excluded.signer, account = excluded.account
                        RETURNING
                        """ + VERIFIED,
                        key.workspace().value(),
                        key.plugin().value(),
                        verified.revision().value(),
                        verified.rule(),
                        verified.part(),
                        verified.fingerprint(),
                        Rows.kept(verified.signer()),
                        Rows.kept(verified.account()))
                .orElseThrow();
    }

    /** Drops what was verified of an install that is gone. */
    static void forget(Session session, InstallKey key) throws SQLException {
        session.change(
                "DELETE FROM @.trust_verified WHERE workspace = ? AND plugin = ?",
                key.workspace().value(),
                key.plugin().value());
    }

    @Override
    public Optional<Verified> verified(InstallKey key, Revision revision) {
        return database.transaction(
                "reading what was verified of " + key,
                session -> session.first(
                        TrustRows::verified,
                        "SELECT " + VERIFIED
                                + " FROM @.trust_verified WHERE workspace = ? AND plugin = ? AND revision = ?",
                        key.workspace().value(),
                        key.plugin().value(),
                        revision.value()));
    }

    private static String[] texts(Set<String> values) {
        return new TreeSet<>(values).toArray(String[]::new);
    }

    private static Pin pin(ResultSet row) throws SQLException {
        return new Pin(
                Pin.Kind.valueOf(row.getString("kind")),
                Set.of((String[]) row.getArray("pinned").getArray()),
                row.getString("actor"),
                Session.instant(row, "since"));
    }

    private static Verified verified(ResultSet row) throws SQLException {
        return new Verified(
                Revision.of(row.getString("revision")),
                row.getString("rule"),
                SignedPart.valueOf(row.getString("part")),
                row.getString("fingerprint"),
                row.getString("signer"),
                row.getString("account"),
                Session.instant(row, "at"));
    }
}
