package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Counts;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Decision;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a store keeps rollouts: who begins, who counts, what halts. */
public abstract class RolloutStoreContract extends TrackingStoreContractFixture {

    private static final Source GREETERS = Source.parse("github://acme/greeter");
    private static final Page.Request ALL = Page.Request.first(500);
    private static final String PLAN = "ring count 2 soak PT1H; ring rest; halt 2; at-once 2; patience PT24H";

    /** For subclasses. */
    protected RolloutStoreContract() {}

    private static InstallKey key(int number) {
        return InstallKey.of("ws-" + number, "greeter");
    }

    /** Installs that many greeters at A, under a policy that names the plan, and queues their updates to B. */
    private void fleet(int installs) {
        IntStream.rangeClosed(1, installs).forEach(number -> {
            installed(key(number), origin(MAIN), A);
            store.installs().setPolicy(key(number), UpdatePolicy.auto(Level.ANY).plan("careful"), "alice");
        });
        swept(MAIN, B);
    }

    private static NewRollout byPolicy(String plan, Revision revision) {
        return NewRollout.of(
                new NamedPlan("careful", RolloutPlan.parse(plan)),
                new Rollout.Goal(GREETERS, Optional.of(MAIN), revision, Optional.of("v2.0.0")),
                "policy");
    }

    private Rollout begun(int installs, String plan) {
        fleet(installs);
        return store.fleet().rollouts().begin(byPolicy(plan, B));
    }

    private Rollout look(Rollout rollout) {
        return store.fleet().rollouts().look(rollout.id()).orElseThrow();
    }

    private List<InstallKey> ring(Rollout rollout, int ring) {
        return members(rollout).stream()
                .filter(member -> member.ring() == ring)
                .map(RolloutMember::key)
                .toList();
    }

    private List<RolloutMember> members(Rollout rollout) {
        return store.fleet().rollouts().members(rollout.id(), ALL).items();
    }

    private Update pendingOf(InstallKey key) {
        return store.updates().list(UpdateQuery.of(key), ALL).items().get(0);
    }

    private Opening begin(Rollout rollout, InstallKey key) {
        NewOperation wanted = applying(pendingOf(key), key);
        return store.journal().open(wanted.inRollout(rollout.id()));
    }

    private Operation underWay(Rollout rollout, InstallKey key) {
        Opening opening = begin(rollout, key);
        assertThat(opening).isInstanceOf(Opening.Opened.class);
        return ((Opening.Opened) opening).operation();
    }

    private void succeeds(Rollout rollout, InstallKey key) {
        Operation operation = underWay(rollout, key);
        store.journal().record(operation, install(operation, origin(MAIN), B));
        store.journal().close(operation, Closing.succeeded(""));
    }

    private void fails(Rollout rollout, InstallKey key) {
        Operation operation = underWay(rollout, key);
        store.journal().close(operation, Closing.failed("unhealthy").remembering(B));
    }

    @Test
    void aRolloutFixesItsMembersAndTheirRingsWhenItBegins() {
        Rollout rollout = begun(5, PLAN);

        assertThat(rollout.progress().state()).isEqualTo(State.RUNNING);
        assertThat(rollout.rings()).containsExactly(new Counts(2, 0, 0, 0, 0), new Counts(3, 0, 0, 0, 0));
        assertThat(ring(rollout, 0)).hasSize(2);
        assertThat(members(rollout)).extracting(RolloutMember::ring).containsExactly(0, 0, 1, 1, 1);
        assertThat(store.fleet().rollouts().member(rollout.id(), key(9))).isEmpty();
        assertThat(store.fleet().rollouts().member(rollout.id(), key(1)))
                .isEqualTo(members(rollout).stream()
                        .filter(member -> member.key().equals(key(1)))
                        .findFirst());
        assertThat(audited()).contains("rollout-begin");
    }

    @Test
    void aRolloutBeginsOnceForAllNodes() throws InterruptedException, ExecutionException {
        fleet(3);

        List<Rollout> begun = together(5, () -> store.fleet().rollouts().begin(byPolicy(PLAN, B)));

        assertThat(begun).extracting(Rollout::id).containsOnly(begun.get(0).id());
        assertThat(audited()).containsOnlyOnce("rollout-begin");
    }

    @Test
    void onlyInstallsThatFollowTheRefUnderAPolicyWithThePlanAreMembers() {
        fleet(1);
        installed(key(7), origin(MAIN), A);
        installed(key(8), origin(STABLE), A);
        store.installs().setPolicy(key(8), UpdatePolicy.auto(Level.ANY).plan("careful"), "alice");
        installed(key(9), origin(MAIN), B);
        store.installs().setPolicy(key(9), UpdatePolicy.auto(Level.ANY).plan("careful"), "alice");

        Rollout rollout = store.fleet().rollouts().begin(byPolicy(PLAN, B));

        assertThat(members(rollout)).extracting(RolloutMember::key).containsExactly(key(1));
    }

    @Test
    void aPersonsRolloutIsForAllThatHaveAnUpdateToTheRevision() {
        installed(key(1), origin(MAIN), A);
        installed(key(2), origin(STABLE), A);
        swept(MAIN, B);

        Rollout rollout = store.fleet()
                .rollouts()
                .begin(NewRollout.of(
                        new NamedPlan("by-hand", RolloutPlan.parse("ring rest")),
                        new Rollout.Goal(GREETERS, Optional.empty(), B, Optional.empty()),
                        "carol"));

        assertThat(members(rollout)).extracting(RolloutMember::key).containsExactly(key(1));
        assertThat(rollout.actor()).isEqualTo("carol");
    }

    @Test
    void aMemberOfALaterRingWaitsForTheSoakOfTheOneBefore() {
        Rollout rollout = begun(3, PLAN);
        InstallKey later = ring(rollout, 1).get(0);
        assertThat(begin(rollout, later)).isInstanceOf(Opening.Waits.class);
        ring(rollout, 0).forEach(key -> succeeds(rollout, key));

        assertThat(begin(rollout, later))
                .isInstanceOfSatisfying(
                        Opening.Waits.class,
                        waits -> assertThat(waits.why())
                                .contains(
                                        "ring 2 of 2",
                                        "soak of ring 1 until "
                                                + clock.instant().plus(HOUR)));
        assertThat(pendingOf(later).status()).isEqualTo(UpdateStatus.PENDING);
        clock.advance(HOUR);

        assertThat(begin(rollout, later)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void aRolloutIsDoneWhenItsLastRingIsOver() {
        Rollout rollout = begun(3, "ring count 1; ring rest");
        ring(rollout, 0).forEach(key -> succeeds(rollout, key));
        ring(rollout, 1).forEach(key -> succeeds(rollout, key));

        assertThat(look(rollout).progress().state()).isEqualTo(State.DONE);
        assertThat(look(rollout).rings()).containsExactly(new Counts(0, 0, 1, 0, 0), new Counts(0, 0, 2, 0, 0));
        assertThat(audited()).contains("rollout-done");
    }

    @Test
    void noMoreAreUnderWayThanThePlanAllows() throws InterruptedException, ExecutionException {
        Rollout rollout = begun(8, "ring rest; at-once 3");
        AtomicInteger next = new AtomicInteger();

        List<Opening> openings = together(8, () -> begin(rollout, key(next.incrementAndGet())));

        assertThat(openings).filteredOn(Opening.Opened.class::isInstance).hasSize(3);
        assertThat(openings).filteredOn(Opening.Waits.class::isInstance).hasSize(5);
        assertThat(look(rollout).rings().get(0)).isEqualTo(new Counts(5, 3, 0, 0, 0));
    }

    @Test
    void aRolloutHaltsWhenTooManyFailAndLeavesAQuarantine() {
        Rollout rollout = begun(5, "ring rest; halt 2");
        fails(rollout, key(1));
        assertThat(look(rollout).progress().state()).isEqualTo(State.RUNNING);

        fails(rollout, key(2));

        assertThat(look(rollout).progress().state()).isEqualTo(State.HALTED);
        assertThat(look(rollout).progress().note()).contains("2 of 2 failed");
        assertThat(begin(rollout, key(3))).isInstanceOfAny(Opening.Quarantined.class, Opening.Waits.class);
        assertThat(store.journal().open(applying(pendingOf(key(3)), key(3)))).isInstanceOf(Opening.Quarantined.class);
        Quarantine quarantine = store.fleet().quarantines().active().get(0);
        assertThat(quarantine.content()).isEqualTo(Quarantine.Content.of(GREETERS, B));
        assertThat(quarantine.rollout()).hasValue(rollout.id());
        assertThat(audited()).containsOnlyOnce("rollout-halted").containsOnlyOnce("quarantine");
    }

    @Test
    void aRingSmallerThanTheSampleHaltsItsRolloutAtItsEnd() {
        Rollout rollout = begun(4, "ring count 1; ring rest; halt 20% of 5");

        fails(rollout, ring(rollout, 0).get(0));

        assertThat(look(rollout).progress().state()).isEqualTo(State.HALTED);
    }

    @Test
    void aFailureOutsideTheWindowDoesNotHalt() {
        Rollout rollout = begun(4, "ring rest; halt 2 within PT1H");
        fails(rollout, key(1));
        clock.advance(HOUR.plusSeconds(1));

        fails(rollout, key(2));

        assertThat(look(rollout).progress().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void anAttemptThatSaysNothingAgainstTheRevisionLeavesItsMemberWaiting() {
        Rollout rollout = begun(2, "ring rest; halt 1");

        Operation operation = underWay(rollout, key(1));
        store.journal().close(operation, Closing.failedForNow("the container is away", Duration.ZERO));

        assertThat(look(rollout).progress().state()).isEqualTo(State.RUNNING);
        assertThat(look(rollout).rings().get(0)).isEqualTo(new Counts(2, 0, 0, 0, 0));
        succeeds(rollout, key(1));
        assertThat(look(rollout).rings().get(0)).isEqualTo(new Counts(1, 0, 1, 0, 0));
    }

    @Test
    void whatWentThroughAndThenTurnedOutBadIsAFailure() {
        Rollout rollout = begun(2, "ring rest; halt 1");
        Operation operation = underWay(rollout, key(1));
        store.journal().record(operation, install(operation, origin(MAIN), B));

        store.journal()
                .close(operation, Closing.succeeded("nothing to go back to").remembering(B));

        assertThat(look(rollout).progress().state()).isEqualTo(State.HALTED);
    }

    @Test
    void aRollbackFromTheRevisionIsAFailure() {
        Rollout rollout = begun(3, "ring rest; halt 1");
        succeeds(rollout, key(1));

        Operation rollback = opened(wanted(Kind.ROLLBACK, key(1), A));
        store.journal().record(rollback, install(rollback, origin(MAIN), A));
        store.journal().close(rollback, Closing.succeeded("").remembering(B));

        assertThat(look(rollout).progress().state()).isEqualTo(State.HALTED);
    }

    @Test
    void whatAnOperatorAppliesByHandCountsToo() {
        Rollout rollout = begun(3, "ring count 1; ring rest; halt 1");
        InstallKey later = ring(rollout, 1).get(0);

        Operation operation = opened(applying(pendingOf(later), later));
        assertThat(look(rollout).rings().get(1).underWay()).isEqualTo(1);
        store.journal().close(operation, Closing.failed("unhealthy").remembering(B));

        assertThat(look(rollout).progress().state()).isEqualTo(State.HALTED);
    }

    @Test
    void aMemberThatHasNothingToWaitForLeaves() {
        Rollout rollout = begun(5, "ring rest; halt 1");
        store.updates().dismiss(pendingOf(key(1)).id(), "carol", "");
        uninstalled(key(2));
        Operation gone = underWay(rollout, key(3));
        store.installs().forget(key(3).workspace(), "carol");
        installed(key(4), origin(MAIN), B);

        assertThat(look(rollout).rings().get(0)).isEqualTo(new Counts(1, 0, 0, 0, 4));
        assertThat(store.history().find(gone.id()).orElseThrow().outcome()).isPresent();
    }

    @Test
    void aRingDoesNotWaitForEverForMembersThatCannotBegin() {
        Rollout rollout = begun(4, "ring count 2; ring rest; patience PT24H");
        succeeds(rollout, ring(rollout, 0).get(0));
        assertThat(look(rollout).progress().ring()).isZero();

        clock.advance(Duration.ofHours(24));

        assertThat(look(rollout).progress().ring()).isEqualTo(1);
        assertThat(begin(rollout, ring(rollout, 0).get(1))).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void aRolloutIsPausedResumedForcedOnAndStopped() {
        Rollout rollout = begun(3, PLAN);
        InstallKey first = ring(rollout, 0).get(0);
        store.fleet().rollouts().decide(rollout.id(), Decision.PAUSE, "carol", "lunch");
        assertThat(begin(rollout, first))
                .isInstanceOfSatisfying(
                        Opening.Waits.class, waits -> assertThat(waits.why()).contains("PAUSED", "lunch"));

        store.fleet().rollouts().decide(rollout.id(), Decision.RESUME, "carol", "");
        store.fleet().rollouts().decide(rollout.id(), Decision.NEXT_RING, "carol", "");
        assertThat(begin(rollout, ring(rollout, 1).get(0))).isInstanceOf(Opening.Opened.class);
        store.fleet().rollouts().decide(rollout.id(), Decision.STOP, "carol", "enough");

        assertThat(begin(rollout, first)).isInstanceOf(Opening.Waits.class);
        assertThat(store.fleet()
                        .rollouts()
                        .decide(rollout.id(), Decision.RESUME, "carol", "")
                        .orElseThrow()
                        .progress()
                        .state())
                .isEqualTo(State.STOPPED);
        assertThat(audited()).contains("rollout-pause", "rollout-resume", "rollout-next-ring", "rollout-stop");
        assertThat(store.fleet().rollouts().decide(987_654, Decision.STOP, "carol", ""))
                .isEmpty();
    }

    private List<Rollout> listed(Which which) {
        return store.fleet().rollouts().list(which, ALL).items();
    }

    @Test
    void aNewerRevisionTakesThePlaceOfARolloutUnderWay() {
        Rollout older = begun(3, PLAN);
        swept(MAIN, C);

        Rollout newer = store.fleet().rollouts().begin(byPolicy(PLAN, C));

        assertThat(look(older).progress().state()).isEqualTo(State.SUPERSEDED);
        assertThat(listed(Which.OPEN)).containsExactly(look(newer));
        assertThat(listed(Which.ALL)).extracting(Rollout::id).containsExactly(newer.id(), older.id());
        Source source = newer.goal().source();
        Which openOnes = new Which(
                true, Optional.of(source.base()), Optional.of(older.goal().revision()));
        Which elsewhere = Which.of(Source.parse(source.base() + "-other"), C);
        assertThat(listed(Which.of(source, C))).containsExactly(look(newer));
        assertThat(listed(openOnes)).isEmpty();
        assertThat(listed(elsewhere)).isEmpty();
        assertThat(audited()).contains("rollout-superseded");
    }

    @Test
    void anInstallThatComesLaterJoinsARingOfAnOpenRollout() {
        Rollout rollout = begun(3, PLAN);
        installed(key(9), origin(MAIN), A);

        store.fleet().rollouts().begin(byPolicy(PLAN, B).joining(key(9)));
        store.fleet().rollouts().begin(byPolicy(PLAN, B).joining(key(9)));

        assertThat(members(rollout))
                .extracting(RolloutMember::key)
                .contains(key(9))
                .hasSize(4);
    }

    @Test
    void whatMayBeginNowIsListed() {
        Rollout rollout = begun(4, PLAN);
        List<InstallKey> first = ring(rollout, 0);
        succeeds(rollout, first.get(0));

        List<Update> mayBegin =
                store.updates().list(UpdateQuery.forRollout(rollout.id()), ALL).items();

        assertThat(mayBegin).containsExactly(pendingOf(first.get(1)));
        store.fleet().rollouts().decide(rollout.id(), Decision.PAUSE, "carol", "");
        assertThat(store.updates()
                        .list(UpdateQuery.forRollout(rollout.id()), ALL)
                        .items())
                .isEmpty();
    }
}
