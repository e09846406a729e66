package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One update, several who apply it: callers that wait or hang up, nodes that die, stall and come back. */
abstract class TakeOverCases extends DriftCases {

    private static final Duration PAST_THE_LEASE = Duration.ofMinutes(10);

    void given() {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
    }

    /** Brings out a release, and returns the update that the sweep queued for it. */
    private Update queued(String version) {
        story.release(version);
        story.sweep();
        return story.onlyPending();
    }

    /** Known failure: two callers both installed, and both restarted. */
    @Test
    void manyCallersOnTwoNodesGetOneDeliveryOneReloadAndOneAnswer() throws Exception {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        ExecutorService callers = Executors.newFixedThreadPool(16);
        List<Callable<ApplyResult>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            var node = i % 2 == 0 ? story.holdfast() : story.other();
            calls.add(() -> node.updates().apply(update.id(), update.to(), "alice"));
        }

        List<Future<ApplyResult>> results = callers.invokeAll(calls);
        callers.shutdown();

        for (Future<ApplyResult> result : results) {
            assertThat(result.get()).isInstanceOfAny(ApplyResult.Applied.class, ApplyResult.AlreadyApplied.class);
        }
        assertThat(story.reloads()).hasSize(2);
        assertThat(story.resolver().calls())
                .filteredOn(call -> call.startsWith("fetch"))
                .hasSize(2);
    }

    /** Known failure: a client that hung up cancelled an install in the middle of the swap. */
    @Test
    void aCallerThatHangsUpDoesNotStopTheApply() throws Exception {
        given();
        Revision v11 = story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        story.resolver().stall();
        Thread caller = new Thread(() -> {
            try {
                story.apply(update);
            } catch (TransientException interrupted) {
                assertThat(interrupted.reason()).isEqualTo(Reason.TIMEOUT);
            }
        });
        caller.start();
        Eventually.isTrue(
                "the fetch hangs",
                () -> story.resolver().calls().stream()
                                .filter(call -> call.startsWith("fetch"))
                                .count()
                        == 2);

        caller.interrupt();
        caller.join();
        story.resolver().release();

        Eventually.isTrue("applied", () -> story.now(update).status() == UpdateStatus.APPLIED);
        assertThat(story.live("ws-1")).isEqualTo(v11);
    }

    /** Known failure: marked applied although nothing had been delivered. */
    @Test
    void anApplyWhoseTargetGoesDownIsPendingAgainAfterRecovery() {
        given();
        Revision old = story.live("ws-1");
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        story.target().beforeNextScript(() -> {
            story.target().down(true);
            throw new TransientException(Reason.UNREACHABLE, "the target went down");
        });
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Failed.class);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLYING);

        story.target().down(false);
        story.clock().advance(java.time.Duration.ofMinutes(10));
        story.other().recover();

        assertThat(story.live("ws-1")).isEqualTo(old);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void whoeverWaitsForANodeThatDiedGoesOnInItsPlace() {
        given();
        Update update = queued("v1.1.0");
        openedByANodeThatDies(update);
        story.clock().advance(PAST_THE_LEASE);

        ApplyResult result = story.apply(update);

        assertThat(result).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.live("ws-1")).isEqualTo(update.to());
        assertThat(story.now(update).attempts()).isEqualTo(2);
    }

    @Test
    void anUpdateThatNoNodeSurvivesIsNotTriedWithoutEnd() {
        given();
        Update update = queued("v1.1.0");
        for (int i = 0; i < 4; i++) {
            openedByANodeThatDies(update);
            story.clock().advance(PAST_THE_LEASE);
            story.other().recover();
        }
        openedByANodeThatDies(update);
        story.clock().advance(PAST_THE_LEASE);

        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Failed.class);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
    }

    @Test
    void aNodeThatWakesUpAfterAnotherUndidItsAttemptMakesItOnceMore() {
        given();
        Update update = queued("v1.1.0");
        story.target().beforeNextScript(this::takenOver);

        ApplyResult result = story.apply(update);

        assertThat(result).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.live("ws-1")).isEqualTo(update.to());
        assertThat(story.reloads()).hasSize(2);
    }

    @Test
    void aNodeThatWakesUpInTheMiddleOfItsUploadMakesItOnceMore() {
        given();
        Update update = queued("v1.1.0");
        AtomicBoolean asleep = new AtomicBoolean();

        ApplyResult result = story.holdfast().updates().apply(update.id(), update.to(), "alice", (entries, bytes) -> {
            if (asleep.compareAndSet(false, true)) {
                takenOver();
            }
        });

        assertThat(result).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.live("ws-1")).isEqualTo(update.to());
    }

    @Test
    void aNodeThatWakesUpAfterAnotherFinishedItsAttemptSaysSo() {
        given();
        Update update = queued("v1.1.0");
        story.target().withinNextScript(step -> false, this::takenOver);

        ApplyResult result = story.apply(update);

        assertThat(result).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.live("ws-1")).isEqualTo(update.to());
        assertThat(story.now(update).attempts()).isEqualTo(1);
    }

    @Test
    void anInstallThatFirstFinishesARemovalDeliversWhatIsNoLongerLive() {
        given();
        NewOperation removal = NewOperation.of(
                Kind.UNINSTALL,
                new InstallKey(WS, GREETER),
                story.holdfast().find(new InstallKey(WS, GREETER)).orElseThrow().address(),
                "bob");
        store.journal().open(removal.heldBy("node-that-dies", Duration.ofMinutes(1)));
        story.clock().advance(PAST_THE_LEASE);

        // Live when it looks, and only what it follows is another: there would be nothing to deliver.
        story.install("ws-1", "tag:v1.0.0", TrackedRef.semver("^1.0"));

        assertThat(story.holdfast()
                        .find(new InstallKey(WS, GREETER))
                        .orElseThrow()
                        .origin()
                        .track())
                .isEqualTo(TrackedRef.semver("^1.0"));
        assertThat(story.live("ws-1")).isNotNull();
        assertThat(story.holdfast().verify(new InstallKey(WS, GREETER)))
                .isInstanceOf(dev.holdfast.release.Verification.Intact.class);
    }

    private void takenOver() {
        story.clock().advance(PAST_THE_LEASE);
        assertThat(story.other().recover().items()).hasSize(1);
    }

    private void openedByANodeThatDies(Update update) {
        var install = story.holdfast().find(new InstallKey(WS, GREETER)).orElseThrow();
        Stamp stamp = Stamp.of(story.clock().instant(), 1);
        NewOperation wanted = NewOperation.of(Kind.UPGRADE, install.key(), install.address(), "bob")
                .goal(new Goal(install.origin(), stamp, update.to(), update.version()))
                .heldBy("node-that-dies", Duration.ofMinutes(1))
                .applying(update.id());
        assertThat(store.journal().open(wanted)).isInstanceOf(Opening.Opened.class);
    }
}
