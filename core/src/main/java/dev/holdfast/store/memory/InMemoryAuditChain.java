package dev.holdfast.store.memory;

import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.util.List;

/** The chain over the audit. */
final class InMemoryAuditChain implements AuditChain {

    private static final int MOST = 10_000;

    private final InMemoryTables tables;

    InMemoryAuditChain(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Head head() {
        return tables.locked(() -> {
            AuditSeal newest = tables.newestSeal();
            return new Head(
                    newest,
                    tables.keptSeal,
                    tables.audit.tailMap(newest.entry(), false).size());
        });
    }

    /** Entries are written one after the other, so all of them are settled. */
    @Override
    public Unsealed unsealed(int max) {
        InMemoryTables.bounded("max", max, MOST);
        return tables.locked(() -> {
            AuditSeal newest = tables.newestSeal();
            return new Unsealed(newest, rows(newest.entry(), Long.MAX_VALUE, max));
        });
    }

    @Override
    public boolean extend(AuditSeal after, List<AuditSeal> seals) {
        return tables.locked(() -> {
            boolean first = tables.newestSeal().equals(after);
            if (first) {
                seals.forEach(seal -> tables.seals.put(seal.number(), seal));
            }
            return first;
        });
    }

    @Override
    public Stretch read(AuditSeal after, int max) {
        InMemoryTables.bounded("max", max, MOST);
        return tables.locked(() -> {
            List<AuditSeal> seals = tables.seals.tailMap(after.number(), false).values().stream()
                    .limit(max)
                    .toList();
            long highest = seals.stream().mapToLong(AuditSeal::entry).max().orElse(Long.MIN_VALUE);
            long behind = after.equals(tables.keptSeal) ? Long.MIN_VALUE : after.entry();
            return new Stretch(seals, rows(behind, highest, seals.size() + 1));
        });
    }

    private List<AuditRow> rows(long behind, long upTo, int max) {
        return tables.audit.tailMap(behind, false).values().stream()
                .takeWhile(entry -> entry.id() <= upTo)
                .limit(max)
                .map(AuditRow::of)
                .toList();
    }
}
