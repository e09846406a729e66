package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.Outcomes;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutMember.State;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** Whose turn it is in a rollout: members begin and end, and the rollout moves by that. All of it needs the lock. */
record InMemoryTurns(InMemoryTables tables) {

    private static final String ACTOR = "rollout";

    /** Returns why an operation may not open in the turn of its rollout; empty if it may, or has none. */
    Optional<String> waits(NewOperation wanted) {
        if (wanted.rollout().isEmpty()) {
            return Optional.empty();
        }
        long id = wanted.rollout().getAsLong();
        if (!tables.fleet.rollouts.containsKey(id)) {
            return Optional.of("there is no rollout " + id);
        }
        Rollout rollout = moved(id);
        RolloutMember member = tables.fleet.membersOf(id).get(wanted.key());
        if (member == null || member.state() != State.WAITING) {
            return Optional.of("'" + wanted.key() + "' does not wait in " + rollout);
        }
        return rollout.waits(member.ring());
    }

    /** Counts a member as begun, in the turn of its rollout or by hand. */
    void begun(NewOperation wanted, Operation operation) {
        Optional<Revision> revision =
                wanted.update().isPresent() ? wanted.goal().map(Operation.Goal::revision) : Optional.empty();
        open(revision)
                .forEach(rollout -> change(rollout.id(), wanted.key(), State.WAITING, State.UNDER_WAY, operation));
    }

    /** Counts how a member ended, and halts the rollout if that is too much. */
    void ended(Operation operation, Closing closing) {
        State state = State.after(closing);
        List<Long> concerned = new ArrayList<>();
        tables.fleet.members.forEach((id, members) -> {
            RolloutMember member = members.get(operation.key());
            if (member != null && member.operation().equals(OptionalLong.of(operation.id()))) {
                change(id, operation.key(), State.UNDER_WAY, state, operation);
                concerned.add(id);
            }
        });
        if (operation.kind() == Operation.Kind.ROLLBACK && closing.outcome() == Outcome.SUCCEEDED) {
            open(operation.from()).forEach(rollout -> {
                change(rollout.id(), operation.key(), State.SUCCEEDED, State.FAILED, operation);
                concerned.add(rollout.id());
            });
        }
        concerned.forEach(this::moved);
    }

    private List<Rollout> open(Optional<Revision> revision) {
        return tables.fleet.rollouts.values().stream()
                .filter(row -> row.progress().state().isOpen())
                .filter(row -> Optional.of(row.goal().revision()).equals(revision))
                .toList();
    }

    private void change(long rollout, InstallKey key, State from, State to, Operation operation) {
        Map<InstallKey, RolloutMember> members = tables.fleet.membersOf(rollout);
        RolloutMember member = members.get(key);
        if (member != null && member.state() == from) {
            members.put(key, new RolloutMember(key, member.ring(), to, OptionalLong.of(operation.id()), tables.now()));
        }
    }

    /** Returns a rollout after it moved by itself, and writes that. */
    Rollout moved(long id) {
        Rollout before = counted(id);
        if (!before.progress().state().isOpen()) {
            return before;
        }
        tables.fleet
                .membersOf(id)
                .replaceAll((key, member) -> hasLeft(before, member)
                        ? new RolloutMember(key, member.ring(), State.LEFT, member.operation(), tables.now())
                        : member);
        Rollout now = counted(id);
        Rollout moved = now.moved(tables.now(), within -> outcomes(id, within));
        if (!moved.progress().equals(now.progress())) {
            tables.fleet.rollouts.put(id, now.progress(moved.progress(), tables.now()));
            what(now.progress(), moved.progress())
                    .ifPresent(
                            action -> audit(now, ACTOR, action, moved.progress().note()));
            if (moved.progress().state() == Rollout.State.HALTED) {
                new InMemoryQuarantines(tables).insert(moved.quarantine(ACTOR), OptionalLong.of(id));
            }
        }
        return counted(id);
    }

    /** Returns what is audited of a move; a soak that begins is not. */
    private static Optional<String> what(Progress before, Progress after) {
        return switch (after.state()) {
            case HALTED -> Optional.of("rollout-halted");
            case DONE -> Optional.of("rollout-done");
            default -> after.ring() > before.ring() ? Optional.of("rollout-next-ring") : Optional.empty();
        };
    }

    /** Returns whether a member has nothing to wait for any more. */
    private boolean hasLeft(Rollout rollout, RolloutMember member) {
        return switch (member.state()) {
            case UNDER_WAY ->
                member.operation().isEmpty()
                        || !tables.openOperations.containsKey(member.operation().getAsLong());
            case WAITING ->
                Optional.ofNullable(tables.installs.get(member.key()))
                        .filter(install -> isMeant(install, rollout.goal()))
                        .isEmpty();
            default -> false;
        };
    }

    private boolean isMeant(Install install, Rollout.Goal goal) {
        InMemoryTables.Decision decision =
                new InMemoryTables.Decision(new PluginSubject(install.key()), goal.revision());
        return install.origin().source().base().equals(goal.source().base())
                && goal.track().map(install.origin().track()::equals).orElse(true)
                && !install.revision().equals(goal.revision())
                && !tables.dismissed.contains(decision)
                && !tables.bad.getOrDefault(install.key(), Map.of()).containsKey(goal.revision());
    }

    private Outcomes outcomes(long id, Duration within) {
        Instant since = tables.now().minus(within);
        List<State> ended = tables.fleet.membersOf(id).values().stream()
                .filter(member -> member.changedAt().isAfter(since))
                .map(RolloutMember::state)
                .filter(state -> state == State.SUCCEEDED || state == State.FAILED)
                .toList();
        return new Outcomes(
                ended.size(),
                ended.stream().filter(state -> state == State.FAILED).count());
    }

    /** Returns a rollout with its counts. */
    Rollout counted(long id) {
        Rollout row = Objects.requireNonNull(tables.fleet.rollouts.get(id));
        List<Counts> rings = new ArrayList<>();
        for (int ring = 0; ring < row.plan().rings().size(); ring++) {
            rings.add(counts(id, ring));
        }
        return new Rollout(
                row.id(),
                row.name(),
                row.plan(),
                row.goal(),
                row.progress(),
                rings,
                row.actor(),
                row.createdAt(),
                row.changedAt());
    }

    private Counts counts(long id, int ring) {
        List<State> states = tables.fleet.membersOf(id).values().stream()
                .filter(member -> member.ring() == ring)
                .map(RolloutMember::state)
                .toList();
        return new Counts(
                Collections.frequency(states, State.WAITING),
                Collections.frequency(states, State.UNDER_WAY),
                Collections.frequency(states, State.SUCCEEDED),
                Collections.frequency(states, State.FAILED),
                Collections.frequency(states, State.LEFT));
    }

    /** Writes what was decided, by somebody or by the plan. */
    void decided(Rollout row, Progress progress, String actor, String action) {
        tables.fleet.rollouts.put(row.id(), row.progress(progress, tables.now()));
        audit(row, actor, action, progress.note());
    }

    void audit(Rollout row, String actor, String action, String note) {
        tables.audit(AuditEntry.of(row, actor, action, note));
    }
}
