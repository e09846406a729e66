package dev.holdfast.images;

import dev.holdfast.Explanation.Code;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.Outcomes;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.RolloutMember.State;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.ImageRollout.Member;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whose turn it is in the rollout of an image through the containers of one site.
 *
 * <p>What the runtime says of a container counts before what is recorded of it. So a node that died between replacing one and
 * recording that has lost nothing.
 */
record ImageRings(NamedPlan plan, ImageRollout rollout) {

    /** Returns the rings as they are recorded, or at their beginning. */
    static ImageRings recorded(NamedPlan plan, ImageDigest digest, Optional<ImageRollout> known, Instant now) {
        ImageRollout rollout = known.filter(of -> of.digest().equals(digest))
                .orElseGet(() -> new ImageRollout(digest, Progress.begun(now), Map.of()));
        int last = plan.plan().rings().size() - 1;
        if (rollout.progress().ring() <= last) {
            return new ImageRings(plan, rollout);
        }
        // The plan has fewer rings than when this began.
        Progress was = rollout.progress();
        Map<String, Member> members = new HashMap<>(rollout.members());
        members.replaceAll((name, member) -> new Member(Math.min(member.ring(), last), member.state()));
        Progress clamped = new Progress(was.state(), last, was.ringSince(), was.soakUntil(), was.note());
        return new ImageRings(plan, rollout.members(members).progress(clamped));
    }

    /** Returns the same as the runtime sees it: those that are stale and no members yet join. */
    ImageRings seen(List<RunningContainer> listed, List<RunningContainer> stale) {
        Set<String> names = stale.stream().map(RunningContainer::name).collect(Collectors.toSet());
        Map<String, RunningContainer> running = listed.stream()
                .collect(Collectors.toMap(RunningContainer::name, Function.identity(), (one, other) -> one));
        Map<String, Member> members = new TreeMap<>(rollout.members());
        members.replaceAll((name, was) ->
                new Member(was.ring(), state(was.state(), running.containsKey(name), names.contains(name))));
        Map<String, Labels> all = new HashMap<>();
        members.keySet().forEach(name -> all.put(name, Labels.none()));
        stale.forEach(container -> all.put(container.name(), labels(container)));
        Map<String, Integer> rings = plan.plan().assigned(plan.name(), all);
        int last = plan.plan().rings().size() - 1;
        // Of what cannot be compared nobody can say whether it has had its turn: it comes last, all of it together.
        stale.forEach(container -> members.putIfAbsent(
                container.name(),
                new Member(container.comparable() ? rings.getOrDefault(container.name(), last) : last, State.WAITING)));
        return new ImageRings(plan, rollout.members(members));
    }

    private static State state(State was, boolean runs, boolean isStale) {
        if (isStale) {
            return was == State.FAILED ? was : State.WAITING;
        }
        if (runs) {
            return State.SUCCEEDED;
        }
        return was == State.SUCCEEDED || was == State.FAILED ? was : State.LEFT;
    }

    /** Returns the labels by which rings may choose; those of another grammar than ours are left out. */
    private static Labels labels(RunningContainer container) {
        Labels all = Labels.none();
        for (Map.Entry<String, String> label : container.labels().entrySet()) {
            all = with(all, label);
        }
        return all;
    }

    private static Labels with(Labels labels, Map.Entry<String, String> label) {
        try {
            return labels.with(label.getKey(), label.getValue());
        } catch (HoldfastException e) {
            return labels;
        }
    }

    ImageRings member(String name, State state) {
        return new ImageRings(plan, rollout.member(name, state));
    }

    /** Returns the same, as far as it moves by itself. */
    ImageRings moved(Instant now) {
        Rollout.Standing standing = standing();
        Outcomes outcomes = new Outcomes(
                standing.rings().stream().mapToLong(Counts::ended).sum(),
                standing.rings().stream().mapToLong(Counts::failed).sum());
        return new ImageRings(plan, rollout.progress(standing.moved(now, within -> outcomes)));
    }

    private Rollout.Standing standing() {
        List<Counts> counts = IntStream.range(0, plan.plan().rings().size())
                .mapToObj(rollout::counts)
                .toList();
        return new Rollout.Standing(plan.plan(), rollout.progress(), counts);
    }

    /** Returns whether a container's turn has come. */
    boolean isDue(String name) {
        Member member = rollout.members().get(name);
        return member != null && isDue(member);
    }

    private boolean isDue(Member member) {
        return switch (rollout.progress().state()) {
            case RUNNING ->
                member.state() == State.WAITING
                        && member.ring() <= rollout.progress().ring();
            case DONE -> member.state() == State.WAITING;
            case PAUSED, HALTED, STOPPED, SUPERSEDED -> false;
        };
    }

    /** Returns whether all rings are over, and all of their members run the digest. */
    boolean isComplete() {
        return rollout.progress().state() == Rollout.State.DONE
                && rollout.members().values().stream()
                        .noneMatch(member -> member.state() == State.FAILED || member.state() == State.WAITING);
    }

    /** Returns why nothing begins now; empty if something does. */
    Optional<PolicyHold> hold(Update update, Instant instant) {
        ImageRings now = moved(instant);
        boolean goesOn = !now.rollout.progress().equals(rollout.progress())
                || rollout.members().values().stream().anyMatch(this::isDue);
        return goesOn ? Optional.empty() : Optional.of(now.waits(update));
    }

    private PolicyHold waits(Update update) {
        String what = "update " + update.id() + ": ";
        Progress so = rollout.progress();
        if (so.state().isOpen()) {
            return new PolicyHold(
                    Code.IN_ROLLOUT,
                    what + standing().waits(name(), so.ring() + 1).orElse("the next ring opens"),
                    so.soakUntil());
        }
        long failed = rollout.members().values().stream()
                .filter(member -> member.state() == State.FAILED)
                .count();
        return new PolicyHold(
                Code.ROLLOUT_OVER,
                what + name() + " is " + so.state() + " (" + so.note() + "), and " + failed
                        + " of its containers did not come up with it; an operator applies or dismisses it",
                Optional.empty());
    }

    private String name() {
        return "the rollout (" + plan.name() + ")";
    }

    /** Returns how far it has come, for the audit. */
    String outcome(int replaced) {
        Progress so = rollout.progress();
        String note = so.note().isEmpty() ? "" : ": " + so.note();
        return "ring " + (so.ring() + 1) + " of " + plan.plan().rings().size() + " " + so.state() + ", " + replaced
                + " replaced" + note;
    }
}
