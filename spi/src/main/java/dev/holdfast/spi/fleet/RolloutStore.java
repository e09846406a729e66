package dev.holdfast.spi.fleet;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The rollouts and their members.
 *
 * <p>Who begins and who ends is counted by the journal, in its own transactions: {@link OperationJournal#open} lets a
 * member begin if {@link Rollout#waits} does not forbid it, and {@link OperationJournal#close} counts its outcome and
 * halts the rollout if {@link Rollout#moved} says so. Both hold the rollout meanwhile, so any number of nodes begins no
 * more than is allowed. A rollout that halts declares a quarantine of its revision, of its source, for the fleet, in
 * the same transaction.
 *
 * <p>An outcome counts as failed if its operation closes with a bad revision or with its update {@code FAILED}; an
 * attempt after which the update is pending again leaves its member waiting. A rollback from the revision of an open
 * rollout makes a member that succeeded a failed one. An update that an operator applies by hand counts too.
 */
public interface RolloutStore {

    /**
     * Begins a rollout, or returns the newest one of the same name, source, tracked ref and revision, if there is one;
     * without a tracked ref only if that is open. Open rollouts of the same source for another revision become
     * {@code SUPERSEDED}: with a tracked ref those that have the same, without one all. Members are fixed in the same
     * transaction by {@link RolloutPlan#assigned}: installs of the source that have another revision, and with a
     * tracked ref follow that under a policy that names the plan, without one have a pending update to the revision.
     * Audited if it begins.
     *
     * <p>An open rollout takes {@link NewRollout#joining} as a member if it is none yet, into the ring that it has
     * among all.
     */
    Rollout begin(NewRollout wanted);

    /**
     * Returns a rollout after it moved by itself as {@link Rollout#moved} says: members that have nothing to wait for
     * become {@code LEFT}, time passes. Audited if it moves.
     */
    Optional<Rollout> look(long id);

    /**
     * Decides on an open rollout; on another nothing changes. Audited if it takes effect.
     *
     * @param note why, for people and the audit
     * @return as it stands now; empty if there is none of that id
     */
    Optional<Rollout> decide(long id, Decision decision, String actor, String note);

    /** Lists rollouts, newest (highest id) first. */
    Page<Rollout> list(Which which, Page.Request page);

    /** Returns a member of a rollout. */
    Optional<RolloutMember> member(long id, InstallKey key);

    /** Lists the members of a rollout, ordered by ring, workspace, plugin. */
    Page<RolloutMember> members(long id, Page.Request page);

    /**
     * Which rollouts to list.
     *
     * @param open whether only those that are running or paused
     * @param source from where, as {@link Source#base()} names it; empty for any
     * @param revision what they deliver; empty for any
     */
    record Which(boolean open, Optional<String> source, Optional<Revision> revision) {

        /** Those that are running or paused. */
        public static final Which OPEN = new Which(true, Optional.empty(), Optional.empty());

        /** All. */
        public static final Which ALL = new Which(false, Optional.empty(), Optional.empty());

        /** Returns all that deliver or delivered one revision of a source; its ref does not count. */
        public static Which of(Source source, Revision revision) {
            return new Which(false, Optional.of(source.base()), Optional.of(revision));
        }

        /** Returns whether a rollout is one of them. */
        public boolean takes(Rollout rollout) {
            return (!open || rollout.progress().state().isOpen())
                    && source.map(rollout.goal().source().base()::equals).orElse(true)
                    && revision.map(rollout.goal().revision()::equals).orElse(true);
        }
    }

    /** What a person may do with an open rollout. */
    enum Decision {
        /** Nobody begins until it is resumed. */
        PAUSE,
        /** It goes on. */
        RESUME,
        /** Nobody begins any more; what has begun ends. */
        STOP,
        /** The next ring opens now; in the last ring nothing changes. A paused one stays paused. */
        NEXT_RING;

        /**
         * Returns how far an open rollout has come once this was decided; as it is where that changes nothing.
         *
         * @param note why, as the store keeps it
         * @param now by the store's clock
         */
        public Rollout.Progress after(Rollout rollout, String note, Instant now) {
            Rollout.Progress is = rollout.progress();
            if (!is.state().isOpen()) {
                return is;
            }
            return switch (this) {
                case PAUSE -> is.state() == State.PAUSED ? is : is.state(State.PAUSED, note);
                case RESUME -> is.state() == State.RUNNING ? is : is.state(State.RUNNING, note);
                case STOP -> is.state(State.STOPPED, note);
                case NEXT_RING -> is.ring() + 1 < rollout.rings().size() ? is.nextRing(now) : is;
            };
        }

        /** Returns what the audit calls it: {@code rollout-pause}. */
        public String action() {
            return "rollout-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * What to begin.
     *
     * @param plan how, and the name of the plan
     * @param goal what
     * @param actor who begins it
     * @param joining an install that is to be a member
     */
    record NewRollout(NamedPlan plan, Rollout.Goal goal, String actor, Optional<InstallKey> joining) {

        /** Returns one that nobody joins later. */
        public static NewRollout of(NamedPlan plan, Rollout.Goal goal, String actor) {
            return new NewRollout(plan, goal, actor, Optional.empty());
        }

        /** Returns the same, with an install that is to be a member. */
        public NewRollout joining(InstallKey key) {
            return new NewRollout(plan, goal, actor, Optional.of(key));
        }
    }
}
