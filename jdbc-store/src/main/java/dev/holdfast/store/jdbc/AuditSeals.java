package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The chain over the audit. */
record AuditSeals(Database database) implements AuditChain {

    private static final int MOST = 10_000;
    private static final String ROW =
            "id, at, actor, action, workspace, plugin, site, image, from_revision, to_revision, outcome";
    private static final List<String> TEXTS = List.of(
            "actor", "action", "workspace", "plugin", "site", "image", "from_revision", "to_revision", "outcome");

    @Override
    public Head head() {
        return database.transaction(
                "reading the audit's chain",
                session -> session.first(
                                row -> new Head(seal(row), AuditChainRow.of(row).kept(), row.getLong("unsealed")),
                                "SELECT " + AuditChainRow.COLUMNS
                                        + ", (SELECT count(*) FROM @.audit a WHERE a.id > c.entry) AS unsealed"
                                        + " FROM @.audit_chain c")
                        .orElse(new Head(AuditSeal.NONE, AuditSeal.NONE, 0)));
    }

    @Override
    public Unsealed unsealed(int max) {
        Checks.bounded("max", max, MOST);
        return database.transaction("reading what to seal", session -> {
            Optional<AuditChainRow> chain = AuditChainRow.read(session);
            if (chain.isEmpty()) {
                return new Unsealed(AuditSeal.NONE, List.of());
            }
            AuditSeal newest = chain.get().newest();
            long settled = chain.get().settled(session);
            List<AuditRow> rows = settled <= newest.entry()
                    ? List.of()
                    : session.list(
                            AuditSeals::row,
                            "SELECT " + ROW + " FROM @.audit WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
                            newest.entry(),
                            settled,
                            max);
            return new Unsealed(newest, rows);
        });
    }

    @Override
    public boolean extend(AuditSeal after, List<AuditSeal> seals) {
        AuditSeal last = seals.get(seals.size() - 1);
        return database.transaction("sealing the audit", session -> {
            int moved = session.change(
                    "UPDATE @.audit_chain SET number = ?, entry = ?, hash = ? WHERE number = ? AND entry = ? AND hash = ?",
                    last.number(),
                    last.entry(),
                    last.hash(),
                    after.number(),
                    after.entry(),
                    after.hash());
            if (moved > 0) {
                session.change(
                        """
                        INSERT INTO @.audit_seal (number, entry, hash)
                        SELECT s.number, s.entry, decode(s.hash, 'hex')
                        FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS s (number, entry, hash)
                        """,
                        seals.stream().map(AuditSeal::number).toArray(Long[]::new),
                        seals.stream().map(AuditSeal::entry).toArray(Long[]::new),
                        seals.stream().map(AuditSeal::hash).toArray(String[]::new));
            }
            return moved > 0;
        });
    }

    @Override
    public Stretch read(AuditSeal after, int max) {
        Checks.bounded("max", max, MOST);
        return database.transaction("reading the audit's chain", session -> {
            List<AuditSeal> seals = session.list(
                    AuditSeals::seal,
                    "SELECT number, entry, encode(hash, 'hex') AS hash FROM @.audit_seal WHERE number > ?"
                            + " ORDER BY number LIMIT ?",
                    after.number(),
                    max);
            long highest = seals.stream().mapToLong(AuditSeal::entry).max().orElse(Long.MIN_VALUE);
            boolean first = AuditChainRow.read(session)
                    .filter(chain -> chain.kept().equals(after))
                    .isPresent();
            List<AuditRow> rows = session.list(
                    AuditSeals::row,
                    "SELECT " + ROW + " FROM @.audit WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
                    first ? Long.MIN_VALUE : after.entry(),
                    highest,
                    seals.size() + 1);
            return new Stretch(seals, rows);
        });
    }

    private static AuditSeal seal(ResultSet row) throws SQLException {
        return new AuditSeal(row.getLong("number"), row.getLong("entry"), row.getString("hash"));
    }

    private static AuditRow row(ResultSet row) throws SQLException {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Optional<String>[] texts = new Optional[TEXTS.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = Rows.text(row, TEXTS.get(i));
        }
        return new AuditRow(row.getLong("id"), Session.instant(row, "at"), Arrays.asList(texts));
    }
}
