package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The record of decisions. */
final class InMemoryAudit implements AuditLog {

    private final InMemoryTables tables;

    InMemoryAudit(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public void append(AuditEntry entry) {
        synchronized (tables) {
            tables.audit(entry);
        }
    }

    /** Memory always takes it. */
    @Override
    public void tryAppend() {}

    @Override
    public Page<AuditEntry> list(Page.Request page) {
        return list(entry -> true, page);
    }

    @Override
    public Page<AuditEntry> list(WorkspaceId workspace, Page.Request page) {
        return list(entry -> entry.key().map(InstallKey::workspace).equals(Optional.of(workspace)), page);
    }

    private Page<AuditEntry> list(Predicate<AuditEntry> wanted, Page.Request page) {
        long before = page.beforeId();
        return tables.locked(() -> {
            List<AuditEntry> rows = tables.audit.headMap(before, false).descendingMap().values().stream()
                    .filter(wanted)
                    .limit(page.limit() + 1L)
                    .toList();
            return Page.of(rows, page, entry -> Long.toString(entry.id()));
        });
    }
}
