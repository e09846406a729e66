package dev.holdfast.spi.fleet;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One revision on its way through a fleet. Who may begin, when the next ring opens and when it halts is decided by
 * {@link Standing}, so that every store decides alike.
 *
 * @param id the store's number for it, ascending
 * @param name the name of its plan
 * @param plan the plan as it was when it began
 * @param goal what it delivers
 * @param progress how far it has come
 * @param rings how its members fare, by ring
 * @param actor who began it: a person, or {@code policy}
 * @param createdAt when it began
 * @param changedAt when it was decided on, or moved, last
 */
public record Rollout(
        long id,
        String name,
        RolloutPlan plan,
        Goal goal,
        Progress progress,
        List<Counts> rings,
        String actor,
        Instant createdAt,
        Instant changedAt) {

    /** Copies the list. */
    public Rollout {
        rings = List.copyOf(rings);
    }

    /** Where it stands. */
    public enum State {
        /** Members of the open rings begin. */
        RUNNING(true),
        /** Somebody paused it: nobody begins. */
        PAUSED(true),
        /** Its plan halted it: too many failed. Nobody begins any more, and its revision is in quarantine. */
        HALTED(false),
        /** Somebody stopped it. Nobody begins any more. */
        STOPPED(false),
        /** A newer revision took its place. */
        SUPERSEDED(false),
        /** All its rings are over. */
        DONE(false);

        private final boolean open;

        State(boolean open) {
            this.open = open;
        }

        /** Returns whether something is to come yet. */
        public boolean isOpen() {
            return open;
        }
    }

    /**
     * What it delivers.
     *
     * @param source from where; its ref does not count
     * @param track whom a policy's rollout is for: installs that follow this. Empty if a person began it, for all that
     *     have an update to the revision
     * @param revision exactly what
     * @param version its name, where it has one
     */
    public record Goal(Source source, Optional<TrackedRef> track, Revision revision, Optional<String> version) {}

    /**
     * How far it has come.
     *
     * @param state where it stands
     * @param ring the newest ring that is open, counted from 0
     * @param ringSince since when that is open
     * @param soakUntil until when it soaks, once it is over
     * @param note why it stands where it stands, for people
     */
    public record Progress(State state, int ring, Instant ringSince, Optional<Instant> soakUntil, String note) {

        /** Returns the beginning. */
        public static Progress begun(Instant at) {
            return new Progress(State.RUNNING, 0, at, Optional.empty(), "");
        }

        /** Returns the same ring in another state. */
        public Progress state(State now, String why) {
            return new Progress(now, ring, ringSince, soakUntil, why);
        }

        /** Returns the same, its ring over and soaking. */
        public Progress soaking(Instant until) {
            return new Progress(state, ring, ringSince, Optional.of(until), note);
        }

        /** Returns the next ring, open. */
        public Progress nextRing(Instant at) {
            return new Progress(state, ring + 1, at, Optional.empty(), note);
        }
    }

    /**
     * How the members of a ring fare.
     *
     * @param waiting not begun yet
     * @param underWay an operation delivers it now
     * @param succeeded delivered, probation included
     * @param failed failed for a reason that speaks against the revision, or rolled back afterwards
     * @param left out of it: uninstalled, dismissed, or at that revision without the rollout
     */
    public record Counts(int waiting, int underWay, int succeeded, int failed, int left) {

        /** Returns no members. */
        public static Counts none() {
            return new Counts(0, 0, 0, 0, 0);
        }

        /** Returns how many succeeded or failed. */
        public int ended() {
            return succeeded + failed;
        }
    }

    /**
     * Outcomes.
     *
     * @param ended how many members succeeded or failed
     * @param failed how many failed
     */
    public record Outcomes(long ended, long failed) {}

    /**
     * How far something has come through the rings of a plan, and what that lets happen next: {@link #waits} who may
     * begin, {@link #moved} when the next ring opens and when it halts. The same for plugins and for images.
     *
     * @param plan the plan as it was when it began
     * @param progress how far it has come
     * @param rings how its members fare, by ring
     */
    public record Standing(RolloutPlan plan, Progress progress, List<Counts> rings) {

        /** Copies the list. */
        public Standing {
            rings = List.copyOf(rings);
        }

        /**
         * Returns why a member may not begin now, for people; empty if it may.
         *
         * @param name what people call the rollout
         * @param ring the member's ring
         */
        public Optional<String> waits(String name, int ring) {
            if (progress.state() != State.RUNNING) {
                return Optional.of(
                        name + " is " + progress.state() + (progress.note().isEmpty() ? "" : ": " + progress.note()));
            }
            if (ring > progress.ring()) {
                String before = "ring " + (ring + 1) + " of " + rings.size() + " of " + name + " waits for ";
                return Optional.of(before
                        + progress.soakUntil()
                                .map(until -> "the soak of ring " + (progress.ring() + 1) + " until " + until)
                                .orElse("ring " + (progress.ring() + 1)));
            }
            long busy = rings.stream().mapToInt(Counts::underWay).sum();
            return busy < plan.atOnce()
                    ? Optional.empty()
                    : Optional.of(name + " has " + busy + " under way, and its plan allows no more at once");
        }

        /**
         * Returns how far it moves by itself: it halts, a ring is over, a soak ends, the next ring opens. As it is if
         * nothing moves.
         *
         * @param outcomes of all its members that ended within a time before now
         */
        public Progress moved(Instant now, Function<Duration, Outcomes> outcomes) {
            if (progress.state() != State.RUNNING) {
                return progress;
            }
            for (HaltRule rule : plan.halts()) {
                Outcomes so = outcomes.apply(rule.window());
                if (rule.isMet(so.ended(), so.failed(), false)) {
                    return halted(so, rule);
                }
            }
            return progress.soakUntil().isEmpty() ? ended(now, outcomes) : soaked(now, outcomes);
        }

        private Progress ended(Instant now, Function<Duration, Outcomes> outcomes) {
            Counts ring = rings.get(progress.ring());
            boolean late =
                    ring.succeeded() > 0 && !now.isBefore(progress.ringSince().plus(plan.patience()));
            if (ring.underWay() > 0 || (ring.waiting() > 0 && !late)) {
                return progress;
            }
            for (HaltRule rule : plan.halts()) {
                if (rule.isMet(ring.ended(), ring.failed(), true)) {
                    return halted(new Outcomes(ring.ended(), ring.failed()), rule);
                }
            }
            Duration soak = ring.ended() == 0
                    ? Duration.ZERO
                    : plan.rings().get(progress.ring()).soak();
            return at(progress.soaking(now.plus(soak))).soaked(now, outcomes);
        }

        private Progress soaked(Instant now, Function<Duration, Outcomes> outcomes) {
            if (progress.soakUntil().filter(until -> !until.isAfter(now)).isEmpty()) {
                return progress;
            }
            return progress.ring() + 1 < rings.size()
                    ? at(progress.nextRing(now)).moved(now, outcomes)
                    : progress.state(State.DONE, "all rings are over");
        }

        private Progress halted(Outcomes so, HaltRule rule) {
            String why = so.failed() + " of " + so.ended() + " failed in ring " + (progress.ring() + 1) + " of "
                    + rings.size() + ", and its plan halts at " + rule;
            return progress.state(State.HALTED, why);
        }

        private Standing at(Progress so) {
            return new Standing(plan, so, rings);
        }
    }

    /**
     * Returns why a member may not begin now, for people; empty if it may.
     *
     * @param ring the member's ring
     */
    public Optional<String> waits(int ring) {
        return standing().waits(toString(), ring);
    }

    /**
     * Returns this as far as it moves by itself: it halts, a ring is over, a soak ends, the next ring opens. The same
     * object if nothing moves.
     *
     * @param now by the store's clock
     * @param outcomes of all its members that ended within a time before now
     */
    public Rollout moved(Instant now, Function<Duration, Outcomes> outcomes) {
        Progress moved = standing().moved(now, outcomes);
        return moved.equals(progress) ? this : progress(moved, now);
    }

    private Standing standing() {
        return new Standing(plan, progress, rings);
    }

    /** Returns the quarantine that it declares when it has halted: its revision of its source, for the fleet. */
    public Quarantine.Declaration quarantine(String actor) {
        Quarantine.Content content = Quarantine.Content.of(goal.source(), goal.revision());
        return Quarantine.Declaration.of(content, this + " halted: " + progress.note(), actor);
    }

    /** Returns the same, having come as far as that. */
    public Rollout progress(Progress so, Instant at) {
        return new Rollout(id, name, plan, goal, so, rings, actor, createdAt, at);
    }

    /** Returns its name for people: plan, number, and what it delivers. */
    @Override
    public String toString() {
        return "rollout " + id + " (" + name + ") of "
                + goal.version().orElseGet(() -> goal.revision().abbreviated());
    }
}
