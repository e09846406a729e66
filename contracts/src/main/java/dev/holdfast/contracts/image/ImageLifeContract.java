package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.spi.MaintenanceWindow;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.ScriptedImages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The promises about updates of images, as tests of watchers and operators over the store under test: what waits for an
 * operator is listed, applied once and exactly as reviewed, or dismissed; what a policy allows happens once and in
 * time. Extend it beside {@link ImageLedgerContract}.
 */
public abstract class ImageLifeContract extends ImageRolloutCases {

    /** For subclasses. */
    protected ImageLifeContract() {}

    @Test
    final void whatAPolicyAllowsIsAppliedByTheLookInItsName() {
        Node node = stale(ANY);

        assertThat(node.look().outcome()).isEqualTo(Outcome.REFRESHED);

        assertThat(images.refreshed).containsExactly("web");
        assertThat(node.holdfast().updates().pending()).isEmpty();
        assertThat(audited())
                .singleElement()
                .returns("policy", AuditEntry::actor)
                .returns("refresh", AuditEntry::action);
        assertThat(told(HoldfastEvent.UpdateQueued.class)).hasSize(1);
        assertThat(told(HoldfastEvent.ImageRefreshed.class)).hasSize(1);
    }

    @Test
    final void theCooldownBeginsWithOurFirstSightAndEachDigestHasItsOwn() {
        Node node = stale(ANY.cooldown(Duration.ofHours(24)));
        Instant first = clock.instant();
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(node.explained())
                .returns(Code.COOLING_DOWN, Explanation::code)
                .returns(Optional.of(first.plus(Duration.ofHours(24))), Explanation::next);
        clock.advance(Duration.ofHours(20));
        images.push(WEB, 3);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        clock.advance(Duration.ofHours(23));
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        clock.advance(Duration.ofHours(1));

        assertThat(node.look().outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(images.digestOf("web")).isEqualTo(ScriptedImages.digest(3));
    }

    @Test
    final void outsideOfItsWindowsNothingBegins() {
        // The clock begins on a Saturday at ten.
        Node node = stale(ANY.within(MaintenanceWindow.parse("sun 02:00 PT3H UTC")));
        assertThat(node.look().detail()).contains("maintenance window");
        assertThat(node.explained())
                .returns(Code.OUTSIDE_WINDOW, Explanation::code)
                .returns(Optional.of(Instant.parse("2026-11-22T02:00:00Z")), Explanation::next);

        clock.advance(Duration.ofHours(17));

        assertThat(node.look().outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    final void aPolicyThatGoesByVersionsIsRefusedForDigestsHaveNone() {
        assertThatThrownBy(() -> node(UpdatePolicy.auto(Level.MINOR)))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("digests have no versions");
    }

    @Test
    final void aFailureIsPendingAgainAndThePolicyWaitsWhileAnOperatorNeedNot() {
        Node node = stale(ANY);
        images.beforeRefresh(container -> {
            throw new TransientException(Reason.UNREACHABLE, "pulling failed");
        });
        assertThat(node.look().outcome()).isEqualTo(Outcome.FAILED);
        Update update = onlyPending(node);
        assertThat(update.attempts()).isEqualTo(1);
        assertThat(node.explained().code()).isEqualTo(Code.BACKING_OFF);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(node.apply(update, "alice"))
                .isInstanceOfSatisfying(
                        ApplyResult.Failed.class,
                        failed -> assertThat(failed.why()).contains("pulling failed"));
        images.beforeRefresh(container -> {});

        assertThat(node.apply(now(update), "alice")).isInstanceOf(ApplyResult.Applied.class);

        assertThat(told(HoldfastEvent.ImageFailed.class)).hasSize(2);
        assertThat(audited()).extracting(AuditEntry::outcome).element(0).isEqualTo("succeeded");
    }

    @Test
    final void ofManyNodesThatApplyAtOnceOneRefreshesAndAllGetTheSameAnswer() throws Exception {
        Node first = stale(MANUAL);
        first.look();
        Update update = onlyPending(first);
        List<Callable<ApplyResult>> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Node node = node(MANUAL);
            callers.add(() -> node.apply(update, "alice"));
        }
        ExecutorService threads = Executors.newFixedThreadPool(5);

        for (Future<ApplyResult> answer : threads.invokeAll(callers)) {
            assertThat(answer.get()).isInstanceOfAny(ApplyResult.Applied.class, ApplyResult.AlreadyApplied.class);
        }

        threads.shutdown();
        assertThat(images.refreshed).containsExactly("web");
        assertThat(audited()).hasSize(1);
    }

    @Test
    final void whoAppliesWhileAnotherDoesWaitsForThatOutcome() throws Exception {
        List<ApplyResult> answers = twoThatApply(() -> {});

        assertThat(answers).hasOnlyElementsOfType(ApplyResult.Applied.class);
        assertThat(images.refreshed).containsExactly("web");
    }

    @Test
    final void whoWaitsForAnAttemptThatFailsIsToldSoAndMakesNoOther() throws Exception {
        List<ApplyResult> answers = twoThatApply(() -> {
            throw new TransientException(Reason.UNREACHABLE, "pulling failed");
        });

        assertThat(answers)
                .hasOnlyElementsOfType(ApplyResult.Failed.class)
                .allSatisfy(answer -> assertThat(answer.toString()).contains("pulling failed"));
        assertThat(audited()).hasSize(1);
    }

    /** Two apply the same, and the second one begins to while the first is at it. */
    private List<ApplyResult> twoThatApply(Runnable ending) throws Exception {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        CountDownLatch begun = new CountDownLatch(1);
        images.beforeRefresh(container -> {
            int before = images.listings.get();
            begun.countDown();
            Eventually.isTrue("the second one asks", () -> images.listings.get() > before);
            ending.run();
        });
        Node second = node(MANUAL);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<ApplyResult> one = threads.submit(() -> node.apply(update, "alice"));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(node.explained().code()).isEqualTo(Code.UNDER_WAY);

        Future<ApplyResult> other = threads.submit(() -> second.apply(update, "bob"));

        List<ApplyResult> answers = List.of(one.get(20, TimeUnit.SECONDS), other.get(20, TimeUnit.SECONDS));
        threads.shutdown();
        return answers;
    }

    /** What an operator allowed is finished by whoever looks next, whatever its policy, and nothing newer is. */
    @Test
    final void whatADeadNodeWasApplyingIsFinishedAsItWasReviewed() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        stores.ledger()
                .begin(
                        ((ImageSubject) update.subject()).key(),
                        new Beginning(Optional.of(update), "dead", "alice", false),
                        Duration.ofMinutes(2));
        images.push(WEB, 3).runs("web", WEB, 1, Map.of(), true);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        clock.advance(Duration.ofMinutes(3));

        assertThat(node.look().outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(images.digestOf("web")).isEqualTo(ScriptedImages.digest(2));
        assertThat(now(update)).returns(UpdateStatus.APPLIED, Update::status).returns("alice", Update::actor);
    }

    @Test
    final void whatWasBrokenOffIsPutInOrderWithoutAnOperatorAndNotRefreshed() {
        images.push(WEB, 1).runs("web", WEB, 1, Map.of(), true).push(WEB, 2);
        Node node = node(MANUAL);

        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        assertThat(images.restored).containsExactly("web");
        assertThat(images.refreshed).isEmpty();
        assertThat(onlyPending(node).to().value())
                .isEqualTo(ScriptedImages.digest(2).value());
    }

    @Test
    final void whereNothingRunsAnyMoreNothingIsRecordedAsPutToWork() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        images.endsWithListing("web", 2);

        assertThat(node.apply(update, "alice"))
                .isInstanceOfSatisfying(
                        ApplyResult.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.TARGET_NOT_FOUND));

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    final void whatIsGoneAfterItWasPutInOrderIsNotCurrent() {
        images.push(WEB, 1).runs("web", WEB, 1, Map.of(), true).push(WEB, 2);
        images.endsWithListing("web", 2);

        assertThat(node(ANY).look().outcome()).isEqualTo(Outcome.UNUSED);

        assertThat(stores.ledger()
                        .find(new WatchedImage("engine-1", IMAGE))
                        .orElseThrow()
                        .committed())
                .isEmpty();
    }
}
