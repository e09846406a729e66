package dev.holdfast.admin;

import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rollout in JSON. Its newest open ring is counted from 1. */
record RolloutView(
        long id,
        String plan,
        String rules,
        String source,
        String revision,
        @Nullable String version,
        String state,
        int ring,
        @Nullable String soakUntil,
        String note,
        List<RingView> rings,
        String actor,
        String createdAt,
        String changedAt) {

    /** How the members of a ring fare. */
    record RingView(String members, int waiting, int underWay, int succeeded, int failed, int left) {}

    /** One install of a rollout. */
    record MemberView(String workspace, String plugin, int ring, String state, String changedAt) {

        static MemberView of(RolloutMember member) {
            return new MemberView(
                    member.key().workspace().value(),
                    member.key().plugin().value(),
                    member.ring() + 1,
                    Words.of(member.state()),
                    member.changedAt().toString());
        }
    }

    static RolloutView of(Rollout rollout) {
        return new RolloutView(
                rollout.id(),
                rollout.name(),
                rollout.plan().toString(),
                rollout.goal().source().base(),
                rollout.goal().revision().value(),
                rollout.goal().version().orElse(null),
                Words.of(rollout.progress().state()),
                rollout.progress().ring() + 1,
                rollout.progress().soakUntil().map(Instant::toString).orElse(null),
                rollout.progress().note(),
                rings(rollout),
                rollout.actor(),
                rollout.createdAt().toString(),
                rollout.changedAt().toString());
    }

    private static List<RingView> rings(Rollout rollout) {
        return java.util.stream.IntStream.range(0, rollout.rings().size())
                .mapToObj(i -> ring(
                        rollout.plan().rings().get(i).toString(),
                        rollout.rings().get(i)))
                .toList();
    }

    private static RingView ring(String members, Rollout.Counts counts) {
        return new RingView(
                members, counts.waiting(), counts.underWay(), counts.succeeded(), counts.failed(), counts.left());
    }
}
