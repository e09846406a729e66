package dev.holdfast.store.memory;

import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;

/** The end of one open operation. */
final class InMemoryClosing {

    private final InMemoryTables tables;
    private final Operation operation;

    InMemoryClosing(InMemoryTables tables, Operation operation) {
        this.tables = tables;
        this.operation = operation;
    }

    void close(Closing closing) {
        tables.openUpdate(new PluginSubject(operation.key()))
                .filter(update -> operation.update().equals(OptionalLong.of(update.id())))
                .ifPresent(update -> settle(update, closing));
        closing.bad()
                .ifPresent(revision -> tables.bad
                        .computeIfAbsent(operation.key(), key -> new HashMap<>())
                        .putIfAbsent(revision, operation.update().orElse(0)));
        // A sweep may have queued it since the operation was recorded.
        tables.pendingUpdate(new PluginSubject(operation.key()))
                .filter(update -> closing.bad().equals(Optional.of(update.to())))
                .ifPresent(update -> tables.move(update, UpdateStatus.RESOLVED, operation.actor()));
        end(closing.outcome(), closing.note(), operation.actor());
        new InMemoryTurns(tables).ended(operation, closing);
    }

    void end(Outcome outcome, String note, String actor) {
        tables.put(operation.closed(outcome, tables.now()));
        if (operation.kind() != Operation.Kind.COLLECT) {
            tables.places
                    .computeIfAbsent(operation.destination(), place -> new InMemoryPlace(operation.key()))
                    .touch(tables.now(), outcome == Outcome.SUCCEEDED);
        }
        tables.audit(AuditEntry.ended(operation, outcome, actor, note));
    }

    private void settle(Update update, Closing closing) {
        boolean failed = closing.update() != UpdateStatus.APPLIED;
        boolean again = closing.update() == UpdateStatus.PENDING;
        InMemoryTables.Attempts attempts = new InMemoryTables.Attempts(
                update.attempts() + 1,
                failed ? Optional.of(InMemoryTables.kept(closing.note())) : Optional.empty(),
                again ? closing.retryAfter().map(tables::in) : Optional.empty());
        tables.put(update, closing.update(), attempts, update.actor());
    }
}
