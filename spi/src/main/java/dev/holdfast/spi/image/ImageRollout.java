package dev.holdfast.spi.image;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.RolloutMember.State;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One digest of an image on its way through the containers of one site, ring by ring.
 *
 * @param digest what it delivers
 * @param plan the plan as it was when it began, and its name
 * @param progress how far it has come
 * @param members who takes part, by the container's name
 */
public record ImageRollout(ImageDigest digest, NamedPlan plan, Progress progress, Map<String, Member> members) {

    /**
     * A container that takes part.
     *
     * @param ring when it comes, counted from 0
     * @param state how it fares
     */
    public record Member(int ring, State state) {}

    /** Copies the map. */
    public ImageRollout {
        members = Map.copyOf(members);
    }

    /** Returns the same, having come as far as that. */
    public ImageRollout progress(Progress so) {
        return new ImageRollout(digest, plan, so, members);
    }

    /** Returns the same with other members. */
    public ImageRollout members(Map<String, Member> all) {
        return new ImageRollout(digest, plan, progress, all);
    }

    /** Returns the same, where one member fares so; a container that is no member changes nothing. */
    public ImageRollout member(String name, State state) {
        Map<String, Member> all = new TreeMap<>(members);
        all.computeIfPresent(name, (key, was) -> new Member(was.ring(), state));
        return members(all);
    }

    /** Returns how the members of a ring fare. */
    public Counts counts(int ring) {
        Map<State, Integer> counted = new EnumMap<>(State.class);
        members.values().stream()
                .filter(member -> member.ring() == ring)
                .forEach(member -> counted.merge(member.state(), 1, Integer::sum));
        return new Counts(
                counted.getOrDefault(State.WAITING, 0),
                counted.getOrDefault(State.UNDER_WAY, 0),
                counted.getOrDefault(State.SUCCEEDED, 0),
                counted.getOrDefault(State.FAILED, 0),
                counted.getOrDefault(State.LEFT, 0));
    }

    /** Returns the quarantine that it declares when it has halted: its digest, for the fleet and so on every site. */
    public Quarantine.Declaration quarantine(WatchedImage key, String actor) {
        return Quarantine.Declaration.of(
                Quarantine.Content.revision(Revision.of(digest.value())),
                "the rollout of " + key + " halted: " + progress.note(),
                actor);
    }
}
