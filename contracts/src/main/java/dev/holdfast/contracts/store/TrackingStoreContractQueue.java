package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the queue of updates promises. */
abstract class TrackingStoreContractQueue extends TrackingStoreContractPolicy {

    static final InstallKey OTHER = InstallKey.of("ws-2", "greeter");

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
            assertThat(update.track()).contains(MAIN);
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
    void whatWasFollowedWhenAnUpdateWasQueuedIsStillKnownWhenItsInstallFollowsSomethingElse() {
        Update byMain = pending();

        installed(GREETER, origin(STABLE), A);

        assertThat(swept(STABLE, C).queued()).extracting(Update::track).containsExactly(Optional.of(STABLE));
        assertThat(update(byMain).track()).contains(MAIN);
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

        store.journal().record(operation, install(operation, origin(MAIN), B));
        store.journal().close(operation, Closing.succeeded(""));
        assertThat(swept(MAIN, C).queued()).extracting(Update::to).containsExactly(C);
    }

    List<Update> updates() {
        return store.updates().list(all(), Page.Request.first(100)).items();
    }
}
