package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.SweepReport;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The promises about drift and updates, as tests of the whole engine over the store under test: queued once, applied
 * exactly as reviewed and exactly once, dismissed for good. Extend it beside {@link TrackingStoreContract}.
 */
public abstract class DriftLifeContract extends TakeOverCases {

    /** For subclasses. */
    protected DriftLifeContract() {}

    @Test
    void aNewReleaseIsQueuedAndAppliedAndThenNothingIsLeftToDo() {
        given();
        Revision v11 = story.release("v1.1.0");

        SweepReport sweep = story.sweep();
        Update update = story.onlyPending();
        ApplyResult result = story.apply(update);

        assertThat(sweep.moved()).isEqualTo(1);
        assertThat(sweep.queued()).isEqualTo(1);
        assertThat(update.version()).contains("v1.1.0");
        assertThat(result).isEqualTo(new ApplyResult.Applied(story.now(update)));
        assertThat(story.live("ws-1")).isEqualTo(v11);
        // Known failure: what follows the latest tag was queued again for ever.
        assertThat(story.sweep().queued()).isZero();
        assertThat(story.holdfast().updates().pending()).isEmpty();
        assertThat(story.apply(update)).isEqualTo(new ApplyResult.AlreadyApplied());
    }

    @Test
    void sweepingAgainQueuesNothingTwice() {
        given();
        story.release("v1.1.0");
        story.sweep();

        assertThat(story.sweep().queued()).isZero();
        assertThat(story.other().sweeper().sweep().nothingWasDue()).isTrue();
        assertThat(story.history("ws-1")).hasSize(1);
    }

    /** Known failure: the operator approved B and got C. */
    @Test
    void applyDeliversWhatWasReviewedAlthoughTheTagWasMovedMeanwhile() {
        given();
        Revision reviewed = story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        story.release("v1.1.0");

        story.apply(update);

        assertThat(story.live("ws-1")).isEqualTo(reviewed);
    }

    @Test
    void applyRefusesARevisionThatWasNotTheOneReviewed() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();

        ApplyResult result = story.holdfast().updates().apply(update.id(), update.from(), "alice");

        assertThat(result).isInstanceOf(ApplyResult.Refused.class);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    void aNewerReleaseTakesThePlaceOfOneThatWaits() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update old = story.onlyPending();
        story.release("v1.2.0");

        SweepReport sweep = story.sweep();

        assertThat(sweep.superseded()).isEqualTo(1);
        assertThat(story.onlyPending().version()).contains("v1.2.0");
        assertThat(story.apply(old)).isEqualTo(new ApplyResult.Superseded());
    }

    /** Known failure: the next sweep queued again what was dismissed. */
    @Test
    void whatWasDismissedStaysDismissedAndWhatComesAfterItIsQueued() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        story.holdfast().updates().dismiss(update.id(), "alice", "not now");

        assertThat(story.sweep().suppressed()).isEqualTo(1);
        assertThat(story.apply(update)).isEqualTo(new ApplyResult.Dismissed());
        assertThat(story.holdfast().updates().pending()).isEmpty();
        story.release("v1.2.0");
        story.sweep();
        assertThat(story.onlyPending().version()).contains("v1.2.0");
    }

    /** Known failure: rows outlived their drift. */
    @Test
    void anUpdateWhoseDriftIsGoneIsResolved() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        story.resolver().remove("greeter", "refs/tags/v1.1.0");

        SweepReport sweep = story.sweep();

        assertThat(sweep.resolvedUpdates()).isEqualTo(1);
        assertThat(story.apply(update)).isEqualTo(new ApplyResult.Resolved());
    }

    @Test
    void uninstallingResolvesWhatWasPending() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();

        story.holdfast().uninstall(new InstallKey(WS, GREETER), "alice");

        assertThat(story.apply(update)).isEqualTo(new ApplyResult.Resolved());
        assertThat(story.sweep().nothingWasDue()).isTrue();
    }

    @Test
    void anAttemptThatFailsLeavesTheUpdatePendingWithItsErrorUntilAttemptsAreUsedUp() {
        given();
        story.release("v1.1.0");
        story.sweep();
        Update update = story.onlyPending();
        for (int i = 0; i < 12; i++) {
            story.resolver().failNext(new TransientException(Reason.TIMEOUT, "the source is slow"));
            assertThat(story.apply(update)).isEqualTo(new ApplyResult.Failed(Reason.TIMEOUT, "the source is slow"));
        }

        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
        assertThat(story.now(update).lastError()).contains("the source is slow");
        assertThat(story.holdfast().updates().retry(update.id(), "alice"))
                .get()
                .extracting(Update::status)
                .isEqualTo(UpdateStatus.PENDING);
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
    }

    /** Known failure: every row had its own clone, in sequence, inside one cursor. */
    @Test
    void anUpstreamOfManyInstallsIsAskedOnce() {
        story.release("v1.0.0");
        for (int i = 0; i < 12; i++) {
            story.install("ws-" + i, "tag:v1.0.0", i % 2 == 0 ? TrackedRef.latestTag() : TrackedRef.semver("^1.0"));
        }
        story.release("v1.1.0");
        long before = story.asked("greeter");

        SweepReport sweep = story.sweep();

        assertThat(story.asked("greeter") - before).isEqualTo(1);
        assertThat(sweep.claimed()).isEqualTo(1);
        assertThat(sweep.queued()).isEqualTo(12);
    }

    /** Known failure: one that fails kept the others from their turn. */
    @Test
    void anUpstreamThatFailsKeepsNoOtherFromItsTurnAndSaysWhy() {
        given();
        story.release("other", "v1.0.0");
        story.install("ws-2", "other", "tag:v1.0.0", TrackedRef.latestTag());
        story.sweep();
        story.release("v1.1.0");
        story.release("other", "v1.1.0");
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "no route"));

        SweepReport sweep = story.sweep();

        assertThat(sweep.failed()).isEqualTo(1);
        assertThat(sweep.failures().get(0).message()).isEqualTo("no route");
        assertThat(sweep.queued()).isEqualTo(1);
        assertThat(story.holdfast().upstreams(Page.Request.first(10)).items())
                .filteredOn(status -> status.lastError().equals(Optional.of("no route")))
                .hasSize(1);
        assertThat(story.sweep().queued()).isEqualTo(1);
    }

    @Test
    void aHangingUpstreamEndsAtItsDeadline() {
        given();
        story.resolver().stall();

        SweepReport sweep = story.sweep();

        assertThat(sweep.failures()).extracting(SweepReport.Failure::reason).containsExactly(Reason.TIMEOUT);
        story.resolver().release();
    }

    @Test
    void aReleaseTagThatWasMovedIsAnAlarmAndNoUpdate() {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.tag("v1.0.0"));
        Revision rewritten = story.release("v1.0.0");

        SweepReport sweep = story.sweep();

        assertThat(sweep.queued()).isZero();
        assertThat(story.events(HoldfastEvent.RefRewritten.class))
                .extracting(HoldfastEvent.RefRewritten::now)
                .containsExactly(rewritten);
    }

    @Test
    void aPinnedSourceIsNotAskedForAndRaisesNoAlarm() {
        Revision v1 = story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0"));
        story.install(story.request("ws-2", "greeter", "sha:" + v1));
        long before = story.asked("greeter");
        story.release("v1.0.0");

        SweepReport sweep = story.sweep();

        assertThat(story.asked("greeter")).isEqualTo(before);
        assertThat(sweep.queued()).isZero();
        assertThat(story.events(HoldfastEvent.RefRewritten.class)).isEmpty();
    }

    @Test
    void aSourceThatMovesIsFollowedWithoutASecondWord() {
        story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:latest"));
        Revision v2 = story.release("v2.0.0");

        story.sweep();

        assertThat(story.onlyPending().to()).isEqualTo(v2);
    }

    @Test
    void whatIsPinnedIsNeverAskedFor() {
        Revision v1 = story.release("v1.0.0");
        story.install("ws-1", "sha:" + v1, TrackedRef.sha(v1.value()));
        story.install("ws-2", "tag:v1.0.0", TrackedRef.none());
        long before = story.asked("greeter");

        story.sweep();

        assertThat(story.asked("greeter")).isEqualTo(before);
    }

    @Test
    void whatWasRolledBackDoesNotComeBackByItself() {
        given();
        story.release("v1.1.0");
        story.sweep();
        story.apply(story.onlyPending());

        story.holdfast().rollback(new InstallKey(WS, GREETER), "alice");

        assertThat(story.sweep().suppressed()).isEqualTo(1);
        assertThat(story.holdfast().updates().pending()).isEmpty();
        story.release("v1.2.0");
        story.sweep();
        assertThat(story.onlyPending().version()).contains("v1.2.0");
    }

    /** Known failure: apply skipped the allow-list. */
    @Test
    void aSourceThatIsNoLongerAllowedIsNotApplied() {
        given();
        Revision old = story.live("ws-1");
        story.release("v1.1.0");
        story.sweep();
        story.refuse("greeter");

        assertThat(story.apply(story.onlyPending())).isInstanceOf(ApplyResult.Refused.class);

        assertThat(story.live("ws-1")).isEqualTo(old);
        assertThat(story.holdfast().audit(Page.Request.first(1)).items())
                .extracting(AuditEntry::action)
                .containsExactly("source-refused");
    }

    @Test
    void aReloadThatFailsIsReportedAndTheChangeStands() {
        given();
        Revision v11 = story.release("v1.1.0");
        story.sweep();
        story.failReloads("no such process");

        story.apply(story.onlyPending());

        assertThat(story.live("ws-1")).isEqualTo(v11);
        assertThat(story.events(HoldfastEvent.Changed.class))
                .last()
                .extracting(changed -> changed.report().reload().toString())
                .asString()
                .contains("no such process");
    }

    @Test
    void aWebhookLooksAtOneUpstreamAtOnce() {
        given();
        story.release("v1.1.0");
        Upstream greeter = story.resolver().upstream(dev.holdfast.spi.Source.parse("scripted://greeter"));

        assertThat(story.holdfast().sweeper().check(greeter))
                .get()
                .extracting(SweepReport::queued)
                .isEqualTo(1);
        assertThat(story.holdfast().sweeper().check(new Upstream("scripted", "scripted://none", "scripted")))
                .isEmpty();
    }

    /** Known failure: an unknown id was a server error, and an empty list was null. */
    @Test
    void whatDoesNotExistIsAnAnswer() {
        Revision any = story.release("v1.0.0");

        assertThat(story.holdfast().updates().pending()).isEmpty();
        assertThat(story.holdfast().updates().apply(999_999, any, "alice")).isEqualTo(new ApplyResult.NotFound());
        assertThat(story.holdfast().updates().dismiss(999_999, "alice", "")).isEmpty();
        assertThat(story.holdfast().updates().retry(999_999, "alice")).isEmpty();
        assertThat(story.holdfast().installs(WS)).isEmpty();
    }

    /** Known failure: an empty text stood for "unknown", and was later cut up. */
    @Test
    void anInstallOfNoVersionHasNoEmptyTextAnywhere() {
        story.release("v1.0.0");
        story.install("ws-1", "ref:HEAD", TrackedRef.ref("HEAD"));

        assertThat(story.holdfast()
                        .find(new InstallKey(WS, GREETER))
                        .orElseThrow()
                        .release()
                        .version())
                .isEmpty();
        assertThat(story.holdfast()
                        .updates()
                        .history(InstallKey.of("ws-1", "greeter"), Page.Request.first(5))
                        .items())
                .isEmpty();
    }
}
