package dev.holdfast.admin;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import org.jspecify.annotations.Nullable;

/** A decision or change, in JSON. */
record AuditView(
        long id,
        String at,
        String actor,
        String action,
        @Nullable String workspace,
        @Nullable String plugin,
        @Nullable String from,
        @Nullable String to,
        String outcome) {

    static AuditView of(AuditEntry entry) {
        return new AuditView(
                entry.id(),
                entry.at().toString(),
                entry.actor(),
                entry.action(),
                entry.key().map(key -> key.workspace().value()).orElse(null),
                entry.key().map(key -> key.plugin().value()).orElse(null),
                entry.from().map(Revision::value).orElse(null),
                entry.to().map(Revision::value).orElse(null),
                entry.outcome());
    }
}
