package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.OperationJournal.Closing;
import dev.holdfast.spi.OperationJournal.NewOperation;
import dev.holdfast.spi.OperationJournal.Opening;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.SweepStore.Finding;
import dev.holdfast.spi.SweepStore.SweepOutcome;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the queue of updates promises. */
abstract class TrackingStoreContractQueue extends TrackingStoreContractPolicy {

    private static final InstallKey OTHER = InstallKey.of("ws-2", "greeter");

    @Test
    void whatMovedIsQueuedForEveryInstallThatFollowsIt() {
        installed(GREETER, origin(MAIN), A);
        installed(OTHER, origin(MAIN), A);
        installed(InstallKey.of("ws-3", "greeter"), origin(MAIN), B);
        installed(InstallKey.of("ws-4", "greeter"), origin(STABLE), A);

        SweepOutcome outcome = swept(MAIN, B);

        assertThat(outcome.queued())
                .extracting(Update::subject)
                .containsExactlyInAnyOrder(new PluginSubject(GREETER), new PluginSubject(OTHER));
        assertThat(outcome.queued()).allSatisfy(update -> {
            assertThat(update.from()).isEqualTo(A);
            assertThat(update.to()).isEqualTo(B);
            assertThat(update.version()).contains("v2.0.0");
            assertThat(update.why()).isEqualTo(DriftKind.UPSTREAM_MOVED);
            assertThat(update.status()).isEqualTo(UpdateStatus.PENDING);
            assertThat(update.attempts()).isZero();
            assertThat(update.lastError()).isEmpty();
            assertThat(update.retryAt()).isEmpty();
            assertThat(update.createdAt()).isEqualTo(clock.instant());
            assertThat(store.updates().find(update.id())).contains(update);
        });
        assertThat(outcome.superseded() + outcome.resolved() + outcome.suppressed())
                .isZero();
    }

    @Test
    void severalRefsOfAnUpstreamAreAnsweredTogether() {
        installed(GREETER, origin(MAIN), A);
        installed(OTHER, origin(STABLE), A);
        Finding rewritten = new Finding(STABLE, C, Optional.empty(), DriftKind.REF_REWRITTEN, true);

        SweepOutcome outcome = store.sweeps()
                .record(claimed(), List.of(finding(MAIN, B), rewritten), HOUR)
                .orElseThrow();

        assertThat(outcome.queued()).extracting(Update::to).containsExactlyInAnyOrder(B, C);
        assertThat(outcome.queued()).filteredOn(update -> update.to().equals(C)).allSatisfy(update -> {
            assertThat(update.why()).isEqualTo(DriftKind.REF_REWRITTEN);
            assertThat(update.version()).isEmpty();
        });
    }

    @Test
    void aRefThatIsAnsweredTwiceIsABug() {
        installed(GREETER, origin(MAIN), A);

        assertThatThrownBy(() -> store.sweeps().record(claimed(), List.of(finding(MAIN, B), finding(MAIN, C)), HOUR))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSameAnswerAgainQueuesNothing() {
        Update update = pending();

        SweepOutcome again = swept(MAIN, B);

        assertThat(again).isEqualTo(new SweepOutcome(List.of(), 0, 0, 0));
        assertThat(updates()).containsExactly(update);
    }

    @Test
    void aMoveThatIsNotToBeQueuedQueuesNothing() {
        installed(GREETER, origin(MAIN), A);
        Finding alarm = new Finding(MAIN, B, Optional.empty(), DriftKind.REF_REWRITTEN, false);

        assertThat(store.sweeps().record(claimed(), List.of(alarm), HOUR))
                .contains(new SweepOutcome(List.of(), 0, 0, 0));
        assertThat(updates()).isEmpty();
    }

    @Test
    void upstreamThatMovesAgainSupersedesWhatIsPending() {
        Update toB = pending();
        clock.advance(HOUR);

        SweepOutcome outcome = swept(MAIN, C);

        assertThat(outcome.superseded()).isEqualTo(1);
        assertThat(outcome.queued()).singleElement().satisfies(update -> {
            assertThat(update.to()).isEqualTo(C);
            assertThat(update.id()).isGreaterThan(toB.id());
        });
        assertThat(update(toB).status()).isEqualTo(UpdateStatus.SUPERSEDED);
        assertThat(update(toB).to()).as("what was approved never changes").isEqualTo(B);
        assertThat(update(toB).changedAt()).isEqualTo(clock.instant());
    }

    @Test
    void upstreamThatIsRevertedResolvesWhatIsPending() {
        Update toB = pending();

        SweepOutcome outcome = swept(MAIN, A);

        assertThat(outcome).isEqualTo(new SweepOutcome(List.of(), 0, 1, 0));
        assertThat(status(toB)).isEqualTo(UpdateStatus.RESOLVED);
    }

    @Test
    void whatIsInstalledByHandIsNoLongerPending() {
        Update toB = pending();

        installed(GREETER, origin(MAIN), B);

        assertThat(status(toB)).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(swept(MAIN, B).queued()).isEmpty();
    }

    @Test
    void anotherRevisionInstalledByHandLeavesWhatIsPending() {
        Update toB = pending();

        installed(GREETER, origin(MAIN), C);

        assertThat(status(toB)).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    void whatFollowsSomethingElseNowIsNoLongerPending() {
        Update toB = pending();

        installed(GREETER, origin(TrackedRef.none()), A);

        assertThat(status(toB)).isEqualTo(UpdateStatus.RESOLVED);
    }

    @Test
    void whatIsUninstalledIsNoLongerPending() {
        Update toB = pending();

        uninstalled(GREETER);

        assertThat(status(toB)).isEqualTo(UpdateStatus.RESOLVED);
    }

    @Test
    void aDismissedRevisionIsNotQueuedAgainAndADifferentOneIs() {
        Update toB = pending();
        store.updates().dismiss(toB.id(), "bob", "not now");

        assertThat(swept(MAIN, B)).isEqualTo(new SweepOutcome(List.of(), 0, 0, 1));
        assertThat(swept(MAIN, C).queued()).extracting(Update::to).containsExactly(C);
        assertThat(status(toB)).isEqualTo(UpdateStatus.DISMISSED);
    }

    @Test
    void upstreamThatGoesBackToADismissedRevisionResolvesWhatIsPending() {
        store.updates().dismiss(pending().id(), "bob", "");
        Update toC = swept(MAIN, C).queued().get(0);

        assertThat(swept(MAIN, B)).isEqualTo(new SweepOutcome(List.of(), 0, 1, 1));
        assertThat(status(toC)).isEqualTo(UpdateStatus.RESOLVED);
    }

    @Test
    void aDismissalIsForOneSubjectOnly() {
        store.updates().dismiss(pending().id(), "bob", "");
        installed(OTHER, origin(MAIN), A);

        SweepOutcome outcome = swept(MAIN, B);

        assertThat(outcome.queued()).extracting(Update::subject).containsExactly(new PluginSubject(OTHER));
        assertThat(outcome.suppressed()).isEqualTo(1);
    }

    @Test
    void aBadRevisionIsNotQueued() {
        installed(GREETER, origin(MAIN), A);
        Operation rollback = opened(wanted(Kind.ROLLBACK, GREETER, A));
        store.journal().close(rollback, Closing.succeeded("").remembering(B));

        assertThat(swept(MAIN, B)).isEqualTo(new SweepOutcome(List.of(), 0, 0, 1));
        assertThat(swept(MAIN, C).queued()).hasSize(1);
    }

    /** A sweep comes between the two halves of a rollback. */
    @Test
    void whatTurnsOutToBeBadIsNoLongerPending() {
        installed(GREETER, origin(MAIN), A);
        Operation rollback = opened(wanted(Kind.ROLLBACK, GREETER, A));
        Update toB = swept(MAIN, B).queued().get(0);

        store.journal().close(rollback, Closing.succeeded("").remembering(B));

        assertThat(status(toB)).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(swept(MAIN, B).queued()).isEmpty();
    }

    @Test
    void whatIsBeingAppliedIsLeftAlone() {
        Update toB = pending();
        Operation operation = opened(applying(toB, GREETER));

        assertThat(swept(MAIN, C)).isEqualTo(new SweepOutcome(List.of(), 0, 0, 0));
        assertThat(swept(MAIN, A)).isEqualTo(new SweepOutcome(List.of(), 0, 0, 0));
        assertThat(status(toB)).isEqualTo(UpdateStatus.APPLYING);

        store.journal().record(operation, Optional.of(install(operation, origin(MAIN), B)));
        store.journal().close(operation, Closing.succeeded(""));
        assertThat(swept(MAIN, C).queued()).extracting(Update::to).containsExactly(C);
    }

    @Test
    void anUpdateIsApplyingExactlyWhileItsOperationIsOpen() {
        Update update = pending();

        Operation operation = opened(applying(update, GREETER));
        assertThat(operation.update()).hasValue(update.id());
        assertThat(status(update)).isEqualTo(UpdateStatus.APPLYING);
        assertThat(update(update).actor()).isEqualTo("alice");
        store.journal().close(operation, Closing.succeeded("fine"));

        Update applied = update(update);
        assertThat(applied.status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(applied.attempts()).isEqualTo(1);
        assertThat(applied.lastError()).isEmpty();
    }

    @Test
    void aFailureForNowLeavesTheUpdatePendingForLater() {
        Update update = pending();

        store.journal()
                .close(
                        opened(applying(update, GREETER)),
                        Closing.failedForNow("daemon restarts", Duration.ofMinutes(5)));
        Update once = update(update);
        store.journal().close(opened(applying(update, GREETER)), Closing.failedForNow("again", Duration.ofMinutes(10)));

        assertThat(once.status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(once.attempts()).isEqualTo(1);
        assertThat(once.lastError()).contains("daemon restarts");
        assertThat(once.retryAt()).contains(clock.instant().plus(Duration.ofMinutes(5)));
        assertThat(update(update).attempts()).isEqualTo(2);
        assertThat(update(update).lastError()).contains("again");
    }

    @Test
    void aFailedUpdateIsKeptWithItsReason() {
        Update failed = failed();

        assertThat(failed.status()).isEqualTo(UpdateStatus.FAILED);
        assertThat(failed.lastError()).contains("it does not start");
        assertThat(failed.retryAt()).isEmpty();
    }

    @Test
    void anUpdateThatIsNotPendingCannotBeOpened() {
        Update update = pending();
        store.updates().dismiss(update.id(), "bob", "");

        assertThat(store.journal().open(applying(update, GREETER)))
                .isEqualTo(new Opening.NotPending(Optional.of(update(update))));
        assertThat(store.journal().history(GREETER, 10)).hasSize(1);
        opened(wanted(Kind.UPGRADE, GREETER, C));
        assertThat(store.journal().open(applying(update, GREETER))).isInstanceOf(Opening.NotPending.class);
    }

    @Test
    void anUpdateThatIsBeingAppliedNamesItsOperation() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));

        assertThat(store.journal().open(applying(update, GREETER))).isEqualTo(new Opening.Held(operation));
    }

    @Test
    void anUpdateOfAnotherInstallOrOfNoneCannotBeOpened() {
        Update update = pending();
        NewOperation plain = wanted(Kind.UPGRADE, GREETER, B);
        NewOperation unknown = new NewOperation(
                plain.kind(),
                GREETER,
                PLACE,
                plain.goal(),
                plain.from(),
                OptionalLong.of(987_654),
                "alice",
                "node-1",
                LEASE,
                0);

        assertThat(store.journal().open(applying(update, OTHER)))
                .isEqualTo(new Opening.NotPending(Optional.of(update)));
        assertThat(store.journal().open(unknown)).isEqualTo(new Opening.NotPending(Optional.empty()));
        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
        opened(wanted(Kind.INSTALL, OTHER, A));
    }

    @Test
    void ofSeveralCallersThatApplyOneUpdateExactlyOneGetsIt() throws Exception {
        Update update = pending();

        List<Opening> openings = together(4, () -> store.journal().open(applying(update, GREETER)));

        assertThat(openings).filteredOn(Opening.Opened.class::isInstance).hasSize(1);
        assertThat(openings).filteredOn(Opening.Held.class::isInstance).hasSize(3);
    }

    @Test
    void ofAnApplyAndADismissalExactlyOneTakesEffect() throws Exception {
        for (int round = 0; round < 10; round++) {
            InstallKey key = InstallKey.of("race-" + round, "greeter");
            installed(key, origin(MAIN), A);
            Update update = swept(MAIN, B).queued().get(0);

            List<Boolean> taken = together(2, new java.util.concurrent.Callable<>() {
                private final java.util.concurrent.atomic.AtomicBoolean first =
                        new java.util.concurrent.atomic.AtomicBoolean();

                @Override
                public Boolean call() {
                    return first.compareAndSet(false, true)
                            ? store.journal().open(applying(update, key)) instanceof Opening.Opened
                            : store.updates()
                                            .dismiss(update.id(), "bob", "")
                                            .orElseThrow()
                                            .status()
                                    == UpdateStatus.DISMISSED;
                }
            });

            assertThat(taken).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void dismissingIsAuditedAndCanBeRepeated() {
        Update update = pending();
        clock.advance(HOUR);

        Update dismissed =
                store.updates().dismiss(update.id(), "bob", "not now").orElseThrow();
        Update again = store.updates().dismiss(update.id(), "carol", "me too").orElseThrow();

        assertThat(dismissed.status()).isEqualTo(UpdateStatus.DISMISSED);
        assertThat(dismissed.actor()).isEqualTo("bob");
        assertThat(dismissed.changedAt()).isEqualTo(clock.instant());
        assertThat(again).isEqualTo(dismissed);
        assertThat(audit())
                .filteredOn(entry -> entry.action().equals("dismiss"))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.actor()).isEqualTo("bob");
                    assertThat(entry.key()).contains(GREETER);
                    assertThat(entry.from()).contains(A);
                    assertThat(entry.to()).contains(B);
                    assertThat(entry.outcome()).isEqualTo("not now");
                });
    }

    @Test
    void onlyAPendingUpdateCanBeDismissed() {
        Update failed = failed();

        assertThat(store.updates().dismiss(failed.id(), "bob", "")).contains(failed);
        assertThat(store.updates().dismiss(987_654, "bob", "")).isEmpty();
        assertThat(swept(MAIN, B).queued()).as("not remembered").hasSize(1);
    }

    @Test
    void retryingMakesAFailedUpdatePendingAgain() {
        Update failed = failed();
        clock.advance(HOUR);

        Update retried = store.updates().retry(failed.id(), "bob").orElseThrow();

        assertThat(retried.status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(retried.attempts()).isZero();
        assertThat(retried.actor()).isEqualTo("bob");
        assertThat(retried.changedAt()).isEqualTo(clock.instant());
        assertThat(store.updates().retry(failed.id(), "carol")).contains(retried);
        assertThat(audit())
                .filteredOn(entry -> entry.action().equals("retry"))
                .extracting(AuditEntry::actor)
                .containsExactly("bob");
        opened(applying(retried, GREETER));
    }

    @Test
    void retryingWaitsForAnotherOpenUpdateOfTheSubject() {
        Update failed = failed();
        Update toC = swept(MAIN, C).queued().get(0);

        assertThat(store.updates().retry(failed.id(), "bob")).contains(failed);
        assertThat(status(toC)).isEqualTo(UpdateStatus.PENDING);
    }

    /** Defect 11 of the predecessors: rows outlived their drift. */
    @Test
    void retryingOpensNothingForWhatIsNotInstalledAnyMore() {
        Update failed = failed();
        uninstalled(GREETER);

        assertThat(store.updates().retry(failed.id(), "bob")).contains(failed);
    }

    @Test
    void retryingOpensNothingForWhatIsInstalledByNow() {
        Update failed = failed();
        installed(GREETER, origin(MAIN), B);

        assertThat(store.updates().retry(failed.id(), "bob")).contains(failed);
    }

    @Test
    void onlyAFailedUpdateCanBeRetried() {
        Update update = pending();
        Update dismissed = store.updates().dismiss(update.id(), "bob", "").orElseThrow();

        assertThat(store.updates().retry(update.id(), "bob")).contains(dismissed);
        assertThat(store.updates().retry(987_654, "bob")).isEmpty();
    }

    @Test
    void retryingForgetsARevisionThatWasBadBecauseOfThisUpdate() {
        Update update = pending();
        store.journal()
                .close(opened(applying(update, GREETER)), Closing.failed("no").remembering(B));
        assertThat(store.updates().bad(GREETER)).containsExactly(B);

        store.updates().retry(update.id(), "bob");

        assertThat(store.updates().bad(GREETER)).isEmpty();
    }

    @Test
    void retryingKeepsARevisionThatIsBadForAnotherReason() {
        Update failed = failed();
        store.journal()
                .close(
                        opened(wanted(Kind.ROLLBACK, GREETER, A)),
                        Closing.succeeded("").remembering(B));

        store.updates().retry(failed.id(), "bob");

        assertThat(store.updates().bad(GREETER)).isEqualTo(Set.of(B));
    }

    private List<Update> updates() {
        return store.updates().list(all(), Page.Request.first(100)).items();
    }
}
