package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The queue of updates. */
final class InMemoryUpdates implements UpdateStore {

    private static final int MOST_COUNTED = 1000;

    private final InMemoryTables tables;

    InMemoryUpdates(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Optional<Update> find(long id) {
        return tables.locked(() -> Optional.ofNullable(tables.updates.get(id)));
    }

    @Override
    public Page<Update> list(UpdateQuery query, Page.Request page) {
        long before = page.beforeId();
        return tables.locked(() -> {
            List<Update> rows = tables.updates.headMap(before, false).descendingMap().values().stream()
                    .filter(update -> matches(update, query))
                    .limit(page.limit() + 1L)
                    .toList();
            return Page.of(rows, page, update -> Long.toString(update.id()));
        });
    }

    @Override
    public Optional<Update> dismiss(long id, String actor, String note) {
        return tables.locked(() -> find(id).map(update -> {
            if (update.status() != UpdateStatus.PENDING) {
                return update;
            }
            audit(update, actor, "dismiss", note.isBlank() ? "dismissed" : note);
            return tables.move(update, UpdateStatus.DISMISSED, actor);
        }));
    }

    @Override
    public Optional<Update> retry(long id, String actor) {
        return tables.locked(() -> find(id).map(update -> {
            boolean blocked = tables.openUpdate(update.subject()).isPresent()
                    || tables.forgotten.contains(update.id())
                    || isGone(update);
            return update.status() != UpdateStatus.FAILED || blocked ? update : retry(update, actor);
        }));
    }

    /** Returns whether there is nothing left that the update would change. */
    private boolean isGone(Update update) {
        return update.subject() instanceof PluginSubject subject
                && Optional.ofNullable(tables.installs.get(subject.key()))
                        .filter(install -> !install.revision().equals(update.to()))
                        .isEmpty();
    }

    @Override
    public Set<Revision> bad(InstallKey key) {
        return tables.locked(
                () -> Set.copyOf(tables.bad.getOrDefault(key, Map.of()).keySet()));
    }

    @Override
    public Backlog backlog() {
        return tables.locked(() -> {
            List<Update> open = tables.openUpdates.values().stream()
                    .map(tables.updates::get)
                    .toList();
            List<Update> pending = open.stream()
                    .filter(update -> update.status() == UpdateStatus.PENDING)
                    .toList();
            return new Backlog(
                    pending.size(),
                    open.size() - pending.size(),
                    stuck(),
                    pending.stream()
                            .filter(update -> update.attempts() >= Backlog.OFTEN)
                            .count(),
                    pending.stream()
                            .map(Update::seenAt)
                            .min(Comparator.naturalOrder())
                            .map(seen -> Duration.between(seen, tables.now())));
        });
    }

    private long stuck() {
        Map<Subject, Update> newest = new HashMap<>();
        tables.updates.values().forEach(update -> newest.put(update.subject(), update));
        return newest.values().stream()
                .filter(update -> update.status() == UpdateStatus.FAILED && !isGone(update) && !isBad(update))
                .limit(MOST_COUNTED)
                .count();
    }

    private boolean isBad(Update update) {
        return update.subject() instanceof PluginSubject subject
                && tables.bad.getOrDefault(subject.key(), Map.of()).containsKey(update.to());
    }

    private Update retry(Update update, String actor) {
        audit(update, actor, "retry", "pending again");
        if (update.subject() instanceof PluginSubject subject && tables.bad.containsKey(subject.key())) {
            tables.bad.get(subject.key()).remove(update.to(), update.id());
        }
        return tables.put(
                update,
                UpdateStatus.PENDING,
                new InMemoryTables.Attempts(0, update.lastError(), Optional.empty()),
                actor);
    }

    private void audit(Update update, String actor, String action, String outcome) {
        tables.audit(AuditEntry.of(actor, action, outcome).about(update));
    }

    private boolean matches(Update update, UpdateQuery query) {
        if (!query.statuses().isEmpty() && !query.statuses().contains(update.status())) {
            return false;
        }
        if (query.rollout().isPresent() && !isItsTurn(update, query.rollout().getAsLong())) {
            return false;
        }
        if (query.workspace().isEmpty() && query.plugin().isEmpty() && !query.automatic()) {
            return true;
        }
        return update.subject() instanceof PluginSubject subject
                && query.workspace().map(subject.key().workspace()::equals).orElse(true)
                && query.plugin().map(subject.key().plugin()::equals).orElse(true)
                && (!query.automatic() || isAutomatic(subject.key()));
    }

    private boolean isItsTurn(Update update, long id) {
        Rollout rollout = tables.fleet.rollouts.get(id);
        if (rollout == null
                || rollout.progress().state() != Rollout.State.RUNNING
                || !rollout.goal().revision().equals(update.to())
                || !(update.subject() instanceof PluginSubject subject)) {
            return false;
        }
        return Optional.ofNullable(tables.fleet.membersOf(id).get(subject.key()))
                .filter(member -> member.state() == RolloutMember.State.WAITING)
                .filter(member -> member.ring() <= rollout.progress().ring())
                .isPresent();
    }

    private boolean isAutomatic(InstallKey key) {
        return Optional.ofNullable(tables.installs.get(key))
                .filter(install -> !install.policy().isManual())
                .isPresent();
    }
}
