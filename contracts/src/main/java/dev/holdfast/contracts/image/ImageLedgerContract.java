package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Comparison;
import dev.holdfast.spi.image.ImageLedger.Ending;
import dev.holdfast.spi.image.ImageLedger.Extension;
import dev.holdfast.spi.image.ImageLedger.Phase;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.ImageRollout.Member;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ImageLedger} promises, and of the queue that it offers updates in. Extend it, give an empty ledger
 * in {@link #stores}, and run it; there is nothing to opt out of.
 */
public abstract class ImageLedgerContract extends ImageOfferCases {

    /** For subclasses. */
    protected ImageLedgerContract() {}

    @Test
    final void onlyTheEndOfAnAttemptAdvancesWhatRuns() {
        Update update = offered(ONE, TWO);
        Attempt attempt = begun(update);
        assertThat(entry().phase()).isEqualTo(Phase.REFRESHING);
        assertThat(entry().committed()).isEmpty();
        assertThat(now(update).status()).isEqualTo(UpdateStatus.APPLYING);
        assertThat(updates().dismiss(update.id(), "alice", "").map(Update::status))
                .contains(UpdateStatus.APPLYING);

        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
        assertThat(entry().committed()).contains(TWO);
        assertThat(now(update).status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(ledger.end(attempt, DONE)).isFalse();
        assertThat(ledger.extend(attempt, Extension.of(LEASE))).isFalse();
        assertThat(audited())
                .singleElement()
                .returns("refresh", AuditEntry::action)
                .returns("policy", AuditEntry::actor)
                .returns(Optional.of(running(ONE)), AuditEntry::from)
                .returns(Optional.of(running(TWO)), AuditEntry::to)
                .returns("succeeded", AuditEntry::outcome);
    }

    /** Known failure: the digest advanced although the pull had failed. */
    @Test
    final void afterAFailureTheDigestIsTriedAgainAndHasNotAdvanced() {
        ledger.observe(WEB, ONE, true);
        Update update = offered(ONE, TWO);

        assertThat(ledger.end(begun(update), failed(Duration.ofMinutes(10)))).isTrue();

        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry().committed()).contains(ONE);
        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(now(update).attempts()).isEqualTo(1);
        assertThat(now(update).lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("no route"));
        assertThat(audited().get(0).outcome()).startsWith("failed").contains("no route");
        clock.advance(Duration.ofMinutes(9));
        assertThat(ledger.begin(WEB, patient(now(update)), LEASE)).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(begun(update).update().map(Update::attempts)).contains(1);
    }

    /** Who waited for an attempt that failed has its outcome, and does not make another by mistake. */
    @Test
    final void whoReadTheUpdateBeforeAnAttemptFailedDoesNotBegin() {
        Update update = offered(ONE, TWO);
        ledger.end(begun(update), failed(Duration.ofHours(6)));

        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    final void anOperatorDoesNotWaitOutAFailure() {
        Update update = offered(ONE, TWO);
        ledger.end(begun(update), failed(Duration.ofHours(6)));

        Attempt attempt = ledger.begin(WEB, operator(now(update)), LEASE).orElseThrow();

        assertThat(attempt.update().map(Update::actor)).contains("alice");
        assertThat(ledger.end(attempt, DONE)).isTrue();
        assertThat(now(update).lastError()).isEmpty();
    }

    @Test
    final void anotherDigestDoesNotWaitForTheFailuresOfTheLast() {
        Update two = offered(ONE, TWO);
        ledger.end(begun(two), failed(Duration.ofHours(6)));

        Update three = offered(ONE, THREE);

        assertThat(three.attempts()).isZero();
        assertThat(three.lastError()).isEmpty();
        assertThat(begun(three).update().map(Update::attempts)).contains(0);
    }

    @Test
    final void anAttemptIsOfOneNodeUntilItsLeaseRunsOut() {
        Update update = offered(ONE, TWO);
        Attempt first = begun(update);
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.extend(first, Extension.of(LEASE))).isTrue();
        clock.advance(LEASE.minusSeconds(1));
        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();

        clock.advance(Duration.ofSeconds(2));
        Attempt second = ledger.begin(WEB, operator(update), LEASE).orElseThrow();

        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(ledger.extend(first, Extension.of(LEASE))).isFalse();
        assertThat(ledger.end(first, DONE)).isFalse();
        assertThat(ledger.end(first, failed(LEASE))).isFalse();
        assertThat(ledger.end(second, DONE)).isTrue();
        assertThat(audited()).hasSize(1);
    }

    @Test
    final void aMoveDuringAnAttemptIsLeftToTheNextLook() {
        Update two = offered(ONE, TWO);
        Attempt attempt = begun(two);

        assertThat(ledger.settle(ledger.observe(WEB, THREE, false), Comparison.stale(running(ONE)))
                        .queued())
                .isEmpty();
        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(entry().committed()).contains(TWO);
        assertThat(entry().observed()).isEqualTo(THREE);
        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(ledger.end(begun(offered(TWO, THREE)), DONE)).isTrue();
        assertThat(entry().committed()).contains(THREE);
    }

    /** What was reviewed is what is applied, whatever the tag names by now. */
    @Test
    final void anUpdateStaysTheOneThatWasReviewed() {
        Update two = offered(ONE, TWO);
        ledger.observe(WEB, THREE, false);

        Attempt attempt = ledger.begin(WEB, operator(two), LEASE).orElseThrow();

        assertThat(attempt.update().map(Update::to)).contains(running(TWO));
        assertThat(ledger.end(attempt, DONE)).isTrue();
        assertThat(entry().committed()).contains(TWO);
    }

    @Test
    final void puttingInOrderHoldsTheEntryAndDecidesNothing() {
        Update update = offered(ONE, TWO);
        Beginning order = new Beginning(Optional.empty(), "node-a", "policy", true);

        Attempt attempt = ledger.begin(WEB, order, LEASE).orElseThrow();
        assertThat(ledger.begin(WEB, operator(update), LEASE)).isEmpty();
        assertThat(ledger.end(attempt, DONE)).isTrue();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(entry().committed()).isEmpty();
        assertThat(audited()).isEmpty();
    }

    @Test
    final void whatWasPulledIsAuditedAndDecidesNothing() {
        Update update = offered(ONE, TWO);
        Beginning pull = new Beginning(Optional.empty(), "node-a", "alice", false);
        Attempt attempt = ledger.begin(WEB, pull, LEASE).orElseThrow();

        assertThat(ledger.end(attempt, new ImageLedger.Ending.Pulled(TWO, "alice", "succeeded")))
                .isTrue();
        assertThat(ledger.end(attempt, new ImageLedger.Ending.Pulled(TWO, "alice", "succeeded")))
                .isFalse();

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(entry().committed()).isEmpty();
        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(audited()).singleElement().satisfies(told -> {
            assertThat(told.actor()).isEqualTo("alice");
            assertThat(told.action()).isEqualTo("pull");
            assertThat(told.subject()).isEqualTo(Optional.of(update.subject()));
            assertThat(told.to()).contains(running(TWO));
            assertThat(told.outcome()).isEqualTo("succeeded");
        });
    }

    private static ImageRollout rollout(State state) {
        Progress so = new Progress(
                state,
                1,
                Instant.parse("2026-11-20T10:00:00Z"),
                Optional.of(Instant.parse("2026-11-20T11:00:00Z")),
                "why");
        return new ImageRollout(
                TWO,
                new NamedPlan("careful", RolloutPlan.parse("ring 5% soak PT1H; ring rest; halt 3 within PT6H")),
                so,
                Map.of(
                        "web 1", new Member(0, RolloutMember.State.SUCCEEDED),
                        "web-2", new Member(1, RolloutMember.State.FAILED)));
    }

    @Test
    final void ringsThatHadTheirTurnLeaveTheUpdatePendingAndNothingCommitted() {
        Update update = offered(ONE, TWO);
        Attempt attempt = begun(update);
        assertThat(entry().rollout()).isEmpty();
        assertThat(ledger.extend(attempt, Extension.of(LEASE, rollout(State.RUNNING))))
                .isTrue();
        assertThat(entry().rollout()).contains(rollout(State.RUNNING));
        assertThat(entry().phase()).isEqualTo(Phase.REFRESHING);

        assertThat(ledger.end(attempt, new Ending.Rings(rollout(State.RUNNING), "ring 2 of 3")))
                .isTrue();

        assertThat(entry().rollout()).contains(rollout(State.RUNNING));
        assertThat(entry().phase()).isEqualTo(Phase.OBSERVED);
        assertThat(entry().committed()).isEmpty();
        assertThat(now(update))
                .returns(UpdateStatus.PENDING, Update::status)
                .returns(0, Update::attempts)
                .returns(Optional.empty(), Update::retryAt);
        assertThat(audited()).singleElement().returns("ring 2 of 3", AuditEntry::outcome);
        assertThat(ledger.end(begun(update), DONE)).isTrue();
        assertThat(entry().committed()).contains(TWO);
        assertThat(entry().rollout()).as("it is over").isEmpty();
        assertThat(stores.store().fleet().quarantines().active()).isEmpty();
    }

    @Test
    final void aRolloutThatHaltsDeclaresItsQuarantineWithItsEnd() {
        Update update = offered(ONE, TWO);

        assertThat(ledger.end(begun(update), new Ending.Rings(rollout(State.HALTED), "halted")))
                .isTrue();

        assertThat(stores.store().fleet().quarantines().active())
                .singleElement()
                .returns(Quarantine.Content.revision(running(TWO)), Quarantine::content)
                .returns(OptionalLong.empty(), Quarantine::rollout)
                .satisfies(declared -> assertThat(declared.reason()).contains(WEB.toString(), "why"));
        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    final void whoHasLostAnAttemptRecordsNothingOfItsRollout() {
        Update update = offered(ONE, TWO);
        Attempt lost = begun(update);
        clock.advance(LEASE.plusSeconds(1));
        Attempt won = ledger.begin(WEB, operator(now(update)), LEASE).orElseThrow();

        assertThat(ledger.extend(lost, Extension.of(LEASE, rollout(State.RUNNING))))
                .isFalse();
        assertThat(ledger.end(lost, new Ending.Rings(rollout(State.HALTED), "halted")))
                .isFalse();

        assertThat(entry().rollout()).isEmpty();
        assertThat(stores.store().fleet().quarantines().active()).isEmpty();
        assertThat(ledger.end(won, DONE)).isTrue();
    }

    @Test
    final void whoDiedPuttingInOrderHoldsNothingUpWhenTheLeaseHasRunOut() {
        Update update = offered(ONE, TWO);
        Beginning order = new Beginning(Optional.empty(), "node-a", "policy", true);
        ledger.begin(WEB, order, LEASE);
        clock.advance(LEASE.plusSeconds(1));

        ledger.settle(entry(), Comparison.current());

        assertThat(now(update).status()).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(entry().phase()).isEqualTo(Phase.COMMITTED);
    }

    @Test
    final void ofManyNodesThatOfferAndBeginAtOnceOneDoes() throws Exception {
        ImageLedger.Entry seen = ledger.observe(WEB, TWO, false);
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        Callable<Optional<Attempt>> begin = () -> {
            Update update = ledger.settle(seen, Comparison.stale(running(ONE)))
                    .entry()
                    .update()
                    .orElseThrow();
            return ledger.begin(WEB, patient(update), LEASE);
        };

        List<Attempt> begun = new ArrayList<>();
        for (Future<Optional<Attempt>> node : nodes.invokeAll(Collections.nCopies(16, begin))) {
            node.get().ifPresent(begun::add);
        }

        nodes.shutdown();
        assertThat(begun).hasSize(1);
        assertThat(updates()
                        .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(5))
                        .items())
                .hasSize(1);
    }
}
