package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What may not be installed where. */
record InMemoryQuarantines(InMemoryTables tables) implements QuarantineStore {

    @Override
    public Quarantine declare(Quarantine.Declaration declaration) {
        return tables.locked(() -> {
            if (active().size() >= MOST) {
                throw new PermanentException(
                        Reason.CONFLICT, MOST + " quarantines are in force; lift some that are not needed any more");
            }
            return insert(declaration, OptionalLong.empty());
        });
    }

    /** Writes one, whatever number there is: a rollout that halts is not to fail for that. */
    Quarantine insert(Quarantine.Declaration declaration, OptionalLong rollout) {
        Quarantine row = new Quarantine(
                tables.nextNumber(),
                declaration.content(),
                declaration.scope(),
                InMemoryTables.kept(declaration.reason()),
                InMemoryTables.kept(declaration.actor()),
                tables.now(),
                declaration.until(),
                rollout);
        tables.fleet.quarantines.put(row.id(), row);
        tables.audit(AuditEntry.of(row, row.actor(), "quarantine", row.reason()));
        return row;
    }

    @Override
    public Optional<Quarantine> lift(long id, String actor, String note) {
        return tables.locked(() -> {
            Optional<Quarantine> found = Optional.ofNullable(tables.fleet.quarantines.get(id));
            found.filter(row -> row.isActive(tables.now())).ifPresent(row -> {
                tables.fleet.quarantines.put(id, ended(row, tables.now()));
                tables.audit(AuditEntry.of(row, actor, "quarantine-lifted", note));
            });
            return Optional.ofNullable(tables.fleet.quarantines.get(id));
        });
    }

    private static Quarantine ended(Quarantine row, Instant at) {
        return new Quarantine(
                row.id(),
                row.content(),
                row.scope(),
                row.reason(),
                row.actor(),
                row.since(),
                Optional.of(at),
                row.rollout());
    }

    @Override
    public List<Quarantine> active() {
        return tables.locked(() -> tables.fleet.quarantines.values().stream()
                .filter(row -> row.isActive(tables.now()))
                .toList());
    }

    @Override
    public Page<Quarantine> list(Page.Request page) {
        long before = page.beforeId();
        return tables.locked(() -> Page.of(
                tables.fleet.quarantines.headMap(before, false).descendingMap().values().stream()
                        .limit(page.limit() + 1L)
                        .toList(),
                page,
                row -> Long.toString(row.id())));
    }

    @Override
    public Page<Install> affected(Quarantine quarantine, Page.Request page) {
        return tables.installs(
                install -> quarantine.concerns(
                        install.origin().source(),
                        install.revision(),
                        install.key(),
                        tables.fleet.labels(install.key())),
                page);
    }

    /** Returns the first that forbids a goal. */
    Optional<Quarantine> forbidding(InstallKey key, Goal goal) {
        return active().stream()
                .filter(row -> row.concerns(goal.origin().source(), goal.revision(), key, tables.fleet.labels(key)))
                .findFirst();
    }
}
