package dev.holdfast.store.memory;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Claim;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The journal of operations. */
final class InMemoryJournal implements OperationJournal {

    private final InMemoryTables tables;

    InMemoryJournal(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Opening open(NewOperation wanted) {
        InMemoryTables.positive("lease", wanted.lease());
        return tables.locked(() -> {
            Optional<Update> update = update(wanted.update());
            Optional<Opening> refusal = refusal(wanted, update)
                    .or(() -> quarantined(wanted))
                    .or(() -> new InMemoryTurns(tables).waits(wanted).map(Opening.Waits::new));
            return refusal.orElseGet(() -> insert(wanted, update));
        });
    }

    @Override
    public boolean advance(Operation operation, Phase phase, Duration lease) {
        return tables.locked(() -> ours(operation)
                .map(row -> put(row.phase(phase).claim(new Claim(row.claim().owner(), tables.in(lease), row.epoch()))))
                .isPresent());
    }

    @Override
    public boolean record(Operation operation, Install install) {
        operation.checkRecords(install);
        return recorded(operation, open -> write(open, install));
    }

    @Override
    public boolean recordRemoved(Operation operation) {
        return recorded(operation, this::remove);
    }

    private boolean recorded(Operation operation, Consumer<Operation> change) {
        return tables.locked(() -> {
            Optional<Operation> row = ours(operation);
            row.ifPresent(change);
            return row.isPresent();
        });
    }

    @Override
    public boolean close(Operation operation, Closing closing) {
        closing.check(operation);
        return tables.locked(() -> {
            Optional<Operation> row = ours(operation);
            row.ifPresent(open -> new InMemoryClosing(tables, open).close(closing));
            return row.isPresent();
        });
    }

    @Override
    public List<Operation> claimExpired(String owner, Duration lease, int max, long epochAbove) {
        InMemoryTables.positive("lease", lease);
        InMemoryTables.bounded("max", max, 1000);
        return tables.locked(() -> {
            Instant now = tables.now();
            List<Operation> expired = tables.openOperations.values().stream()
                    .filter(row -> !row.claim().until().isAfter(now))
                    .sorted(Comparator.comparing((Operation row) -> row.claim().until())
                            .thenComparing(Operation::id))
                    .limit(max)
                    .toList();
            return expired.stream()
                    .map(row -> taken(row, owner, lease, epochAbove))
                    .toList();
        });
    }

    @Override
    public Optional<Operation> claim(Operation operation, String owner, Duration lease, long epochAbove) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> ours(operation)
                .filter(row -> !row.claim().until().isAfter(tables.now()))
                .map(row -> taken(row, owner, lease, epochAbove)));
    }

    private Operation taken(Operation row, String owner, Duration lease, long epochAbove) {
        return put(row.claim(new Claim(owner, tables.in(lease), tables.nextEpoch(epochAbove))));
    }

    private Optional<Update> update(OptionalLong id) {
        return id.isPresent() ? Optional.ofNullable(tables.updates.get(id.getAsLong())) : Optional.empty();
    }

    private Optional<Opening> refusal(NewOperation wanted, Optional<Update> update) {
        boolean applies = wanted.update().isPresent();
        if (applies && !update.map(found -> found.concerns(wanted.key())).orElse(false)) {
            return Optional.of(new Opening.NotPending(update));
        }
        Optional<Opening> held = holder(wanted).map(Opening.Held::new);
        if (held.isEmpty() && applies && update.orElseThrow().status() != UpdateStatus.PENDING) {
            return Optional.of(new Opening.NotPending(update));
        }
        return held;
    }

    private Optional<Opening> quarantined(NewOperation wanted) {
        return wanted.goal()
                .filter(goal -> wanted.changesRevision())
                .flatMap(goal -> new InMemoryQuarantines(tables).forbidding(wanted.key(), goal))
                .map(Opening.Quarantined::new);
    }

    private Optional<Operation> holder(NewOperation wanted) {
        Destination destination = new Destination(wanted.address(), wanted.key().plugin());
        return tables.openOperations.values().stream()
                .filter(row ->
                        row.destination().equals(destination) || row.key().equals(wanted.key()))
                .findFirst();
    }

    private Opening insert(NewOperation wanted, Optional<Update> update) {
        update.ifPresent(pending -> tables.move(pending, UpdateStatus.APPLYING, wanted.actor()));
        Operation row = new Operation(
                tables.nextNumber(),
                wanted.kind(),
                wanted.key(),
                wanted.address(),
                wanted.goal(),
                wanted.from(),
                wanted.update(),
                InMemoryTables.kept(wanted.actor()),
                new Claim(wanted.owner(), tables.in(wanted.lease()), tables.nextEpoch(wanted.epochAbove())),
                Phase.OPENED,
                Optional.empty(),
                tables.now(),
                Optional.empty());
        tables.places.computeIfAbsent(row.destination(), place -> new InMemoryPlace(row.key())).key = row.key();
        new InMemoryTurns(tables).begun(wanted, row);
        return new Opening.Opened(put(row));
    }

    private Optional<Operation> ours(Operation operation) {
        return Optional.ofNullable(tables.openOperations.get(operation.id()))
                .filter(row -> row.epoch() == operation.epoch());
    }

    private Operation put(Operation row) {
        tables.put(row);
        return row;
    }

    private void write(Operation row, Install install) {
        Optional<Install> before = Optional.ofNullable(tables.installs.get(row.key()));
        checkUnowned(install);
        come(row);
        put(install, before);
        observe(row, install, before);
        before.ifPresent(old -> tables.dropUnfollowed(old.origin().upstream()));
        boolean sameOrigin = before.map(Install::origin).equals(Optional.of(install.origin()));
        resolve(row, update -> !sameOrigin || install.revision().equals(update.to()));
    }

    private void remove(Operation row) {
        Optional<Install> before = Optional.ofNullable(tables.installs.get(row.key()));
        come(row);
        tables.remove(row.key());
        tables.observations.remove(row.key());
        tables.fleet.installLabels.remove(row.key());
        tables.verified.remove(row.key());
        before.ifPresent(old -> tables.dropUnfollowed(old.origin().upstream()));
        resolve(row, update -> true);
    }

    private void come(Operation row) {
        put(row.phase(row.phase() == Phase.REVERTING ? Phase.REVERTING : Phase.RECORDED));
    }

    /** Ends the pending update of an operation's key whose drift is gone. */
    private void resolve(Operation row, Predicate<Update> isGone) {
        tables.pendingUpdate(new PluginSubject(row.key()))
                .filter(isGone)
                .ifPresent(update -> tables.move(update, UpdateStatus.RESOLVED, row.actor()));
    }

    /** What an install sees live already, and only records, says nothing of its files. */
    private void observe(Operation row, Install install, Optional<Install> before) {
        boolean sameRelease = before.map(Install::release).equals(Optional.of(install.release()));
        if (row.kind() != Operation.Kind.INSTALL || !sameRelease) {
            tables.observations.put(row.key(), new InMemoryObservation(tables.now()));
        }
    }

    private void checkUnowned(Install install) {
        InstallKey holder = tables.destinations.getOrDefault(install.destination(), install.key());
        if (!holder.equals(install.key())) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    install.destination() + " is recorded as " + holder + "; uninstall that, or install "
                            + install.key() + " somewhere else");
        }
    }

    private void put(Install install, Optional<Install> before) {
        Instant now = tables.now();
        tables.put(install.policy(before.map(Install::policy).orElse(UpdatePolicy.manual()))
                .times(before.map(Install::installedAt).orElse(now), now));
        if (InMemoryTables.canMove(install.origin().track())) {
            tables.upstreams
                    .computeIfAbsent(install.origin().upstream(), upstream -> new InMemoryUpstream(now))
                    .makeDue(now);
        }
    }
}
