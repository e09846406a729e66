package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Forgets old history, all of it at once. */
final class InMemoryPruning {

    private final InMemoryTables tables;
    private final Instant before;
    private final int revisions;

    InMemoryPruning(InMemoryTables tables, Instant before, int revisions) {
        this.tables = tables;
        this.before = before;
        this.revisions = revisions;
    }

    long run() {
        List<Long> audit = tables.audit.values().stream()
                .takeWhile(this::isForgotten)
                .map(AuditEntry::id)
                .toList();
        audit.forEach(this::forgetEntry);
        List<Update> updates =
                tables.updates.values().stream().filter(this::isForgotten).toList();
        updates.forEach(tables::forget);
        List<Operation> operations =
                tables.operations.values().stream().filter(this::isForgotten).toList();
        operations.forEach(tables::forget);
        return (long) audit.size() + updates.size() + operations.size() + quarantines() + rollouts();
    }

    private long quarantines() {
        List<Long> ended = tables.fleet.quarantines.values().stream()
                .filter(row -> row.until().filter(before::isAfter).isPresent())
                .map(Quarantine::id)
                .toList();
        ended.forEach(tables.fleet.quarantines::remove);
        return ended.size();
    }

    private long rollouts() {
        List<Long> ended = tables.fleet.rollouts.values().stream()
                .filter(row ->
                        !row.progress().state().isOpen() && row.changedAt().isBefore(before) && !isNewest(row))
                .map(Rollout::id)
                .toList();
        ended.forEach(tables.fleet.rollouts::remove);
        ended.forEach(tables.fleet.members::remove);
        return ended.size();
    }

    /** The newest of its name, source and ref stays, so that a policy does not begin it once more. */
    private boolean isNewest(Rollout row) {
        return row.goal().track().isPresent()
                && tables.fleet.rollouts.tailMap(row.id(), false).values().stream()
                        .noneMatch(newer -> newer.name().equals(row.name())
                                && newer.goal().track().equals(row.goal().track())
                                && newer.goal()
                                        .source()
                                        .base()
                                        .equals(row.goal().source().base()));
    }

    /** Once a chain has begun, what is not sealed stays. */
    private boolean isForgotten(AuditEntry entry) {
        AuditSeal newest = tables.newestSeal();
        return entry.at().isBefore(before) && (newest.number() == 0 || entry.id() <= newest.entry());
    }

    private void forgetEntry(long id) {
        tables.audit.remove(id);
        if (!tables.seals.isEmpty() && tables.seals.firstEntry().getValue().entry() <= id) {
            tables.keptSeal = tables.seals.pollFirstEntry().getValue();
        }
    }

    private boolean isForgotten(Update update) {
        return !update.status().isOpen() && update.changedAt().isBefore(before) && !decides(update);
    }

    private boolean decides(Update update) {
        if (!(update.subject() instanceof PluginSubject plugin)) {
            return tables.newestOf(update.subject()).equals(Optional.of(update.id()));
        }
        Install install = tables.installs.get(plugin.key());
        return install != null
                && !tables.forgotten.contains(update.id())
                && (update.status() == UpdateStatus.DISMISSED
                        || (update.status() == UpdateStatus.FAILED
                                && !install.revision().equals(update.to())));
    }

    private boolean isForgotten(Operation row) {
        return isOld(row) && !decides(row) && !isReplacedOnlyNow(row);
    }

    private boolean isOld(Operation row) {
        return row.closedAt().filter(before::isAfter).isPresent();
    }

    /** What it made live was replaced within the time to keep: readers of it have their grace from then on. */
    private boolean isReplacedOnlyNow(Operation row) {
        return row.changedLive()
                && row.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                && tables
                        .changes
                        .getOrDefault(row.destination(), Collections.emptyNavigableMap())
                        .tailMap(row.id(), false)
                        .values()
                        .stream()
                        .filter(later -> !later.outcome().equals(Optional.of(Outcome.FAILED)))
                        .findFirst()
                        .filter(later -> !isOld(later))
                        .isPresent();
    }

    private boolean decides(Operation row) {
        Install install = tables.installs.get(row.key());
        if (install == null
                || !install.address().equals(row.address())
                || row.goal().isEmpty()) {
            return false;
        }
        Goal goal = row.goal().get();
        NavigableMap<Long, Operation> all = Objects.requireNonNull(tables.operationsOf.get(row.key()));
        boolean earlier = hasStamp(all.headMap(row.id(), false), goal);
        boolean later = hasStamp(all.tailMap(row.id(), false), goal);
        boolean live = goal.stamp().equals(install.release().stamp());
        return !(earlier && later) && (live || later || isWayBack(row, goal.revision()));
    }

    private static boolean hasStamp(NavigableMap<Long, Operation> rows, Goal goal) {
        return rows.values().stream()
                .flatMap(row -> row.goal().stream())
                .anyMatch(other -> other.stamp().equals(goal.stamp()));
    }

    /** The newest that made one of the last good revisions live. */
    private boolean isWayBack(Operation row, Revision revision) {
        Set<Revision> bad = tables.bad.getOrDefault(row.key(), Map.of()).keySet();
        Set<Revision> since = tables
                .changes
                .getOrDefault(row.destination(), Collections.emptyNavigableMap())
                .tailMap(row.id(), false)
                .values()
                .stream()
                .filter(later ->
                        later.key().equals(row.key()) && later.outcome().equals(Optional.of(Outcome.SUCCEEDED)))
                .flatMap(later -> later.goal().stream())
                .map(Goal::revision)
                .collect(Collectors.toSet());
        boolean again = since.contains(revision);
        return row.changedLive()
                && row.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                && !again
                && since.stream().filter(made -> !bad.contains(made)).count() < revisions;
    }
}
