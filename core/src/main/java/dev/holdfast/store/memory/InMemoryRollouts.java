package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Goal;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The rollouts: how they begin, and what people decide about them. */
record InMemoryRollouts(InMemoryTables tables) implements RolloutStore {

    private static final Comparator<RolloutMember> BY_RING =
            Comparator.comparingInt(RolloutMember::ring).thenComparing(RolloutMember::key, InMemoryTables.BY_KEY);

    @Override
    public Rollout begin(NewRollout wanted) {
        return tables.locked(() -> {
            Goal goal = new Goal(
                    Source.parse(wanted.goal().source().base()),
                    wanted.goal().track(),
                    wanted.goal().revision(),
                    wanted.goal().version());
            Rollout rollout = existing(wanted.plan().name(), goal).orElseGet(() -> insert(wanted, goal));
            wanted.joining().filter(key -> rollout.progress().state().isOpen()).ifPresent(key -> join(rollout, key));
            return turns().counted(rollout.id());
        });
    }

    private Optional<Rollout> existing(String name, Goal goal) {
        return tables.fleet.rollouts.descendingMap().values().stream()
                .filter(row -> row.name().equals(name)
                        && row.goal().source().equals(goal.source())
                        && row.goal().track().equals(goal.track())
                        && row.goal().revision().equals(goal.revision()))
                .filter(row ->
                        goal.track().isPresent() || row.progress().state().isOpen())
                .findFirst();
    }

    private Rollout insert(NewRollout wanted, Goal goal) {
        List<Rollout> older = tables.fleet.rollouts.values().stream()
                .filter(row -> row.progress().state().isOpen() && isReplacedBy(goal, row.goal()))
                .toList();
        Instant now = tables.now();
        Rollout row = new Rollout(
                tables.nextNumber(),
                wanted.plan().name(),
                wanted.plan().plan(),
                goal,
                Progress.begun(now),
                List.of(),
                InMemoryTables.kept(wanted.actor()),
                now,
                now);
        older.forEach(old -> turns().decided(
                        old,
                        old.progress().state(State.SUPERSEDED, "by " + row),
                        wanted.actor(),
                        "rollout-superseded"));
        tables.fleet.rollouts.put(row.id(), row);
        Map<InstallKey, Labels> members = new TreeMap<>(InMemoryTables.BY_KEY);
        tables.installs.values().stream()
                .filter(install -> belongs(install, wanted.plan().name(), goal))
                .forEach(install -> members.put(install.key(), tables.fleet.labels(install.key())));
        row.plan().assigned(row.name(), members).forEach((key, ring) -> put(row, key, ring));
        turns().audit(row, wanted.actor(), "rollout-begin", members.size() + " installs; " + row.plan());
        return row;
    }

    private static boolean isReplacedBy(Goal goal, Goal old) {
        return old.source().equals(goal.source())
                && !old.revision().equals(goal.revision())
                && (goal.track().isEmpty() || goal.track().equals(old.track()));
    }

    private boolean belongs(Install install, String plan, Goal goal) {
        if (!install.origin().source().base().equals(goal.source().base())
                || install.revision().equals(goal.revision())) {
            return false;
        }
        return goal.track()
                .map(track -> install.origin().track().equals(track)
                        && install.policy().plan().equals(Optional.of(plan)))
                .orElseGet(() -> tables.pendingUpdate(new PluginSubject(install.key()))
                        .filter(update -> update.to().equals(goal.revision()))
                        .isPresent());
    }

    private void join(Rollout rollout, InstallKey key) {
        Map<InstallKey, RolloutMember> members = tables.fleet.membersOf(rollout.id());
        if (!members.containsKey(key)) {
            Map<InstallKey, Labels> all = new TreeMap<>(InMemoryTables.BY_KEY);
            members.keySet().forEach(member -> all.put(member, tables.fleet.labels(member)));
            all.put(key, tables.fleet.labels(key));
            put(rollout, key, rollout.plan().assigned(rollout.name(), all).getOrDefault(key, 0));
        }
    }

    private void put(Rollout rollout, InstallKey key, int ring) {
        tables.fleet
                .membersOf(rollout.id())
                .put(
                        key,
                        new RolloutMember(key, ring, RolloutMember.State.WAITING, OptionalLong.empty(), tables.now()));
    }

    @Override
    public Optional<Rollout> look(long id) {
        return tables.locked(
                () -> tables.fleet.rollouts.containsKey(id) ? Optional.of(turns().moved(id)) : Optional.empty());
    }

    @Override
    public Optional<Rollout> decide(long id, Decision decision, String actor, String note) {
        return tables.locked(() -> {
            if (!tables.fleet.rollouts.containsKey(id)) {
                return Optional.empty();
            }
            Rollout row = turns().counted(id);
            Progress after = decision.after(row, InMemoryTables.kept(note), tables.now());
            if (!after.equals(row.progress())) {
                turns().decided(row, after, actor, decision.action());
            }
            return Optional.of(turns().counted(id));
        });
    }

    @Override
    public Page<Rollout> list(Which which, Page.Request page) {
        long before = page.beforeId();
        return tables.locked(() -> Page.of(
                tables.fleet.rollouts.headMap(before, false).descendingMap().values().stream()
                        .filter(which::takes)
                        .limit(page.limit() + 1L)
                        .map(row -> turns().counted(row.id()))
                        .toList(),
                page,
                row -> Long.toString(row.id())));
    }

    @Override
    public Optional<RolloutMember> member(long id, InstallKey key) {
        return tables.locked(
                () -> Optional.ofNullable(tables.fleet.membersOf(id).get(key)));
    }

    @Override
    public Page<RolloutMember> members(long id, Page.Request page) {
        return tables.locked(() -> {
            List<RolloutMember> all =
                    tables.fleet.membersOf(id).values().stream().sorted(BY_RING).toList();
            List<String> places = all.stream().map(InMemoryRollouts::place).toList();
            int from = page.after().map(place -> places.indexOf(place) + 1).orElse(0);
            if (page.after().isPresent() && from == 0) {
                throw page.badPlace();
            }
            return Page.of(
                    all.subList(from, Math.min(all.size(), from + page.limit() + 1)), page, InMemoryRollouts::place);
        });
    }

    private static String place(RolloutMember member) {
        return member.ring() + "/" + member.key();
    }

    private InMemoryTurns turns() {
        return new InMemoryTurns(tables);
    }
}
