package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a store promises of updates that are applied, dismissed and tried again. */
abstract class TrackingStoreContractDecision extends TrackingStoreContractQueue {

    @Test
    void aWriteThatIsOnlyTriedLeavesNoEntry() {
        store.audit().tryAppend();

        assertThat(audit()).isEmpty();
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
        assertThat(store.history().list(GREETER, Page.Request.first(10)).items())
                .hasSize(1);
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

    /** Known failure: rows outlived their drift. */
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
}
