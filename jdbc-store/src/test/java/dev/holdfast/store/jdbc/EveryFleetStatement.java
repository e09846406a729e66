package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelSelector;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Decision;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.fleet.Scope;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Walks once through all that a store says of many installs at one time, by one of them. */
final class EveryFleetStatement {

    private static final Page.Request SOME = Page.Request.first(5);
    private static final RolloutPlan PLAN =
            RolloutPlan.parse("ring labels env=prod soak PT1H; ring 5%; ring rest; halt 1 within PT0.000001S; halt 5");

    private final TrackingStore store;
    private final FleetStore fleet;
    private final NewOperation wanted;
    private final Update update;
    private final InstallKey key;
    private final Goal goal;

    /** @param wanted applies {@code update}, which is pending */
    EveryFleetStatement(TrackingStore store, NewOperation wanted, Update update) {
        this.store = store;
        this.fleet = store.fleet();
        this.wanted = wanted;
        this.update = update;
        this.key = wanted.key();
        this.goal = wanted.goal().orElseThrow();
    }

    void run() {
        labels();
        trust();
        quarantines();
        plans();
        Rollout rollout = rollout(Optional.of(goal.origin().track()));
        turn(rollout);
        decide(rollout);
        Rollout byHand = rollout(Optional.empty());
        fail(byHand);
    }

    private void trust() {
        Upstream upstream = goal.origin().upstream();
        store.trust().pinFirst(upstream, Pin.Kind.SIGNER, Set.of("SHA256:a"), "tester");
        store.trust().accept(upstream, Pin.Kind.SIGNER, Set.of("SHA256:b"), "tester", "");
        store.trust().pins(upstream);
        store.trust().remove(upstream, Pin.Kind.SIGNER, "tester", "");
        Verified verified =
                new Verified(goal.revision(), "ours", SignedPart.TAG, "SHA256:a", "alice", "signed", Instant.EPOCH);
        store.trust().record(key, verified, "tester");
        store.trust().verified(key, goal.revision());
    }

    private void labels() {
        fleet.labels().set(key.workspace(), Labels.of("env", "prod"), "tester");
        fleet.labels().set(key, Labels.of("tier", "gold"), "tester");
        fleet.labels().of(key.workspace());
        fleet.labels().of(key);
        fleet.labels().list(LabelSelector.parse("env=prod,tier=gold,!gpu"), SOME);
    }

    private void quarantines() {
        Declaration declaration = new Declaration(
                Content.of(goal.origin().source(), goal.revision()),
                Scope.labels("env=prod"),
                "broken",
                "tester",
                Optional.empty());
        Quarantine quarantine = fleet.quarantines().declare(declaration);
        store.journal().open(wanted);
        fleet.quarantines().active();
        fleet.quarantines().list(SOME);
        fleet.quarantines().affected(quarantine, SOME);
        fleet.quarantines().lift(quarantine.id(), "tester", "mended");
        fleet.quarantines().lift(quarantine.id(), "tester", "mended");
    }

    private void plans() {
        fleet.plans().set("careful", PLAN, "tester");
        fleet.plans().find("careful");
        fleet.plans().list(SOME);
        fleet.plans().remove("careful", "tester");
    }

    private Rollout rollout(Optional<dev.holdfast.spi.TrackedRef> track) {
        store.installs()
                .setPolicy(key, UpdatePolicy.auto(UpdatePolicy.Level.ANY).plan("careful"), "tester");
        Rollout.Goal wantedGoal = new Rollout.Goal(goal.origin().source(), track, goal.revision(), goal.version());
        NewRollout start = NewRollout.of(new NamedPlan("careful", PLAN), wantedGoal, "tester");
        fleet.rollouts().begin(start);
        return fleet.rollouts().begin(start.joining(InstallKey.of("late", "greeter")));
    }

    private void turn(Rollout rollout) {
        store.updates().list(UpdateQuery.forRollout(rollout.id()), SOME);
        NewOperation turn = wanted.applying(update.id()).inRollout(rollout.id());
        Operation operation = ((Opening.Opened) store.journal().open(turn)).operation();
        store.journal().open(turn);
        store.journal().close(operation, Closing.failedForNow("no route", Duration.ZERO));
        store.journal().open(wanted.inRollout(0));
    }

    private void decide(Rollout rollout) {
        fleet.rollouts().look(rollout.id());
        fleet.rollouts().decide(rollout.id(), Decision.PAUSE, "tester", "lunch");
        fleet.rollouts().decide(rollout.id(), Decision.RESUME, "tester", "");
        fleet.rollouts().decide(rollout.id(), Decision.NEXT_RING, "tester", "");
        fleet.rollouts().list(Which.OPEN, SOME);
        fleet.rollouts().members(rollout.id(), SOME);
        fleet.rollouts().member(rollout.id(), key);
        fleet.rollouts().decide(rollout.id(), Decision.STOP, "tester", "enough");
        fleet.rollouts().list(Which.ALL, SOME);
    }

    private void fail(Rollout rollout) {
        Operation operation = ((Opening.Opened) store.journal().open(wanted.applying(update.id()))).operation();
        store.journal().close(operation, Closing.succeeded(""));
        NewOperation back = NewOperation.of(Kind.ROLLBACK, key, wanted.address(), "tester")
                .from(goal.revision())
                .heldBy("node-a", Duration.ofMinutes(1));
        store.journal().close(((Opening.Opened) store.journal().open(back)).operation(), Closing.succeeded(""));
        fleet.rollouts().look(rollout.id());
    }
}
