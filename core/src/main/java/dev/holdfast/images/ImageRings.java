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
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is in the rollout of an image through the containers of one site.
 *
 * <p>What the runtime says of a container counts before what is recorded of it. So a node that died between replacing
 * one and recording that has lost nothing.
 */
record ImageRings(ImageRollout rollout) {

    /** Returns the beginning of a rollout. */
    static ImageRings begun(NamedPlan plan, ImageDigest digest, Instant now) {
        return new ImageRings(new ImageRollout(digest, plan, Progress.begun(now), Map.of()));
    }

    /** Returns the same as the runtime sees it: those that are stale and no members yet join. */
    ImageRings seen(List<RunningContainer> listed, List<RunningContainer> stale) {
        Set<String> names = stale.stream().map(RunningContainer::name).collect(Collectors.toSet());
        Map<String, RunningContainer> running = listed.stream()
                .collect(Collectors.toMap(RunningContainer::name, Function.identity(), (one, other) -> one));
        Map<String, Member> members = new TreeMap<>(rollout.members());
        members.replaceAll(
                (name, was) -> new Member(was.ring(), state(was.state(), running.get(name), names.contains(name))));
        Map<String, Labels> all = new HashMap<>();
        members.keySet().forEach(name -> all.put(name, Labels.none()));
        stale.forEach(container -> all.put(container.name(), labels(container)));
        Map<String, Integer> rings = plan().plan().assigned(plan().name(), all);
        int last = plan().plan().rings().size() - 1;
        // Of what cannot be compared nobody can say whether it has had its turn: it comes last, all of it together.
        stale.forEach(container -> members.putIfAbsent(
                container.name(),
                new Member(container.comparable() ? rings.getOrDefault(container.name(), last) : last, State.WAITING)));
        return new ImageRings(rollout.members(members));
    }

    private static State state(State was, @Nullable RunningContainer container, boolean isStale) {
        if (container == null) {
            return was == State.SUCCEEDED || was == State.FAILED ? was : State.LEFT;
        }
        if (!isStale) {
            return State.SUCCEEDED;
        }
        // What cannot be compared seems stale until all of it is committed.
        boolean stays = was == State.FAILED || (was == State.SUCCEEDED && !container.comparable());
        return stays ? was : State.WAITING;
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

    private NamedPlan plan() {
        return rollout.plan();
    }

    /** Returns how many rings there are. */
    int count() {
        return plan().plan().rings().size();
    }

    /** Returns whether it has halted. */
    boolean isHalted() {
        return rollout.progress().state() == Rollout.State.HALTED;
    }

    ImageRings member(String name, State state) {
        return new ImageRings(rollout.member(name, state));
    }

    /** Returns the same, as far as it moves by itself. */
    ImageRings moved(Instant now) {
        Rollout.Standing standing = standing();
        Outcomes outcomes = new Outcomes(
                standing.rings().stream().mapToLong(Counts::ended).sum(),
                standing.rings().stream().mapToLong(Counts::failed).sum());
        return new ImageRings(rollout.progress(standing.moved(now, within -> outcomes)));
    }

    private Rollout.Standing standing() {
        List<Counts> counts = IntStream.range(0, plan().plan().rings().size())
                .mapToObj(rollout::counts)
                .toList();
        return new Rollout.Standing(plan().plan(), rollout.progress(), counts);
    }

    /** Returns whether a container's turn has come. */
    boolean isDue(String name) {
        Member member = rollout.members().get(name);
        return member != null && isDue(member);
    }

    private boolean isDue(Member member) {
        return switch (rollout.progress().state()) {
            case RUNNING ->
                isOpen(member.state()) && member.ring() <= rollout.progress().ring();
            case DONE -> isOpen(member.state());
            case PAUSED, HALTED, STOPPED, SUPERSEDED -> false;
        };
    }

    /** What is recorded as under way was broken off. */
    private static boolean isOpen(State state) {
        return state == State.WAITING || state == State.UNDER_WAY;
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
        return new PolicyHold(
                Code.ROLLOUT_OVER,
                what + name() + " is " + so.state() + " (" + so.note() + "), and " + failed()
                        + " of its containers did not come up with it; an operator applies or dismisses it",
                Optional.empty());
    }

    private long failed() {
        return rollout.members().values().stream()
                .filter(member -> member.state() == State.FAILED)
                .count();
    }

    private String name() {
        return "the rollout (" + plan().name() + ")";
    }

    /** Returns how far it has come, for the audit. */
    String outcome(int replaced) {
        Progress so = rollout.progress();
        String note = so.note().isEmpty() ? "" : ": " + so.note();
        return "ring " + (so.ring() + 1) + " of " + count() + " " + so.state() + ", " + replaced + " replaced"
                + (failed() == 0 ? "" : ", " + failed() + " failed") + note;
    }
}
