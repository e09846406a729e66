package dev.holdfast.internal;

import dev.holdfast.Explanation.Code;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which rollout an update comes by, and what it waits for there. One is for one pass: it keeps what it has begun. */
public final class RolloutTurns {

    private final PlanStore plans;
    private final RolloutStore rollouts;
    private final InstallStore installs;
    private final Map<NewRollout, Rollout> begun = new HashMap<>();

    public RolloutTurns(TrackingStore store) {
        this.plans = store.fleet().plans();
        this.rollouts = store.fleet().rollouts();
        this.installs = store.installs();
    }

    /**
     * Makes an update's install a member of the rollout that its policy asks for, which begins if it has not yet.
     *
     * @return why the policy does not begin the update by itself; empty if its rollout is over and went well
     */
    public Optional<PolicyHold> enrolled(Install install, Update update) {
        String name = install.policy().plan().orElseThrow();
        return plans.find(name)
                .map(plan -> {
                    Rollout.Goal goal = new Rollout.Goal(
                            Source.parse(install.origin().source().base()),
                            Optional.of(install.origin().track()),
                            update.to(),
                            update.version());
                    NewRollout wanted = NewRollout.of(new NamedPlan(name, plan), goal, PolicyHold.ACTOR);
                    Rollout rollout = begun.computeIfAbsent(wanted, rollouts::begin);
                    if (rollout.progress().state().isOpen()
                            && rollouts.member(rollout.id(), install.key()).isEmpty()) {
                        rollouts.begin(wanted.joining(install.key()));
                    }
                    return hold(rollout, install, update);
                })
                .orElseGet(() -> PolicyHold.withoutPlan(name, update));
    }

    /**
     * Returns what an install is to have while a rollout is under way whose last ring is not open yet: its own, or that
     * of one which still waits there. Empty where there is none, or where it has the revision already. It is a member
     * soon, and comes when its ring comes.
     *
     * @param plan which its policy names
     * @param key the install, which need not exist
     */
    public Optional<Install> waiting(String plan, InstallKey key, Origin origin, Revision revision) {
        Optional<Install> own = installs.find(key);
        if (own.filter(install -> install.revision().equals(revision)).isPresent()) {
            return Optional.empty();
        }
        Which those = new Which(true, Optional.of(origin.source().base()), Optional.of(revision));
        return Page.stream(page -> rollouts.list(those, page))
                .filter(rollout -> rollout.name().equals(plan)
                        && rollout.goal().track().equals(Optional.of(origin.track()))
                        && rollout.progress().ring() + 1 < rollout.rings().size())
                .flatMap(rollout -> Page.stream(page -> rollouts.members(rollout.id(), page)))
                .filter(member -> member.state() == RolloutMember.State.WAITING)
                .flatMap(member -> installs.find(member.key()).stream())
                .filter(install -> !install.revision().equals(revision))
                .findFirst()
                .map(other ->
                        own.filter(install -> install.origin().equals(origin)).orElse(other));
    }

    /** Returns what {@link #enrolled} would, and begins nothing; empty also for an update that no rollout is for. */
    public Optional<PolicyHold> hold(Install install, Update update) {
        Which those = Which.of(install.origin().source(), update.to());
        Optional<Rollout> known = Page.stream(page -> rollouts.list(those, page))
                .filter(rollout -> isFor(rollout, install))
                .findFirst();
        if (known.isPresent()) {
            return hold(known.get(), install, update);
        }
        return install.policy()
                .plan()
                .flatMap(name -> plans.find(name).isEmpty() ? PolicyHold.withoutPlan(name, update) : Optional.empty());
    }

    private boolean isFor(Rollout rollout, Install install) {
        boolean byPolicy = rollout.goal().track().isPresent();
        return byPolicy
                ? install.policy().plan().equals(Optional.of(rollout.name()))
                        && rollout.goal()
                                .track()
                                .equals(Optional.of(install.origin().track()))
                : rollout.progress().state().isOpen()
                        && rollouts.member(rollout.id(), install.key()).isPresent();
    }

    private Optional<PolicyHold> hold(Rollout rollout, Install install, Update update) {
        State state = rollout.progress().state();
        if (state == State.DONE) {
            return Optional.empty();
        }
        int ring = rollouts.member(rollout.id(), install.key())
                .map(member -> member.ring())
                .orElse(0);
        String what = "update " + update.id() + ": ";
        if (state.isOpen()) {
            Optional<Instant> next =
                    ring > rollout.progress().ring() ? rollout.progress().soakUntil() : Optional.empty();
            String why = rollout.waits(ring)
                    .orElseGet(() ->
                            "ring " + (ring + 1) + " of " + rollout.rings().size() + " of " + rollout
                                    + " is open, and it begins with the next pass of the policies");
            return Optional.of(new PolicyHold(Code.IN_ROLLOUT, what + why, next));
        }
        return PolicyHold.forGood(
                Code.ROLLOUT_OVER,
                what + rollout + " is " + state + " (" + rollout.progress().note()
                        + "); an operator applies it, or starts another rollout");
    }
}
