package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.LabelSelector;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.State;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rollouts and quarantines from the outside: what a fleet gets, when, and who decides. */
public abstract class RolloutLifeContract extends RolloutCases {

    /** For subclasses. */
    protected RolloutLifeContract() {}

    @Test
    void aGoodReleaseGoesThroughTheFleetRingByRing() {
        fleet();
        Revision good = released("v1.1.0");
        passes(2);
        assertThat(running(good)).containsExactly("canary");
        assertThat(explained("ws-1").code()).isEqualTo(Code.IN_ROLLOUT);
        assertThat(explained("ws-1").text()).contains("ring 2 of 2", "waits for the soak of ring 1 until");
        assertThat(explained("ws-1").next()).contains(story.clock().instant().plus(Duration.ofHours(1)));

        story.clock().advance(Duration.ofHours(1));
        passes(2);

        assertThat(running(good)).containsExactly("canary", "ws-1", "ws-2", "ws-3");
        assertThat(rollout().progress().state()).isEqualTo(State.DONE);
        assertThat(story.events(HoldfastEvent.RolloutMoved.class))
                .extracting(moved -> moved.rollout().progress().state())
                .contains(State.RUNNING, State.DONE);
    }

    @Test
    void anOperatorsApplyIsRefusedWhileTheRevisionIsInQuarantine() {
        fleet();
        Revision next = released("v1.1.0");
        Quarantine quarantine = story.holdfast()
                .quarantines()
                .declare(Declaration.of(Content.of(GREETER, next), "it eats data", "carol"));
        Update update = story.history("ws-1").get(0);

        assertThat(story.apply(update))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused -> assertThat(refused.why()).contains("it eats data", "carol"));
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
        story.holdfast().quarantines().lift(quarantine.id(), "dave", "mended");
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.holdfast().quarantines().affected(quarantine).map(Install::key))
                .containsExactly(key("ws-1"));
    }

    @Test
    void aRevisionPutIntoQuarantineWhileItIsDeliveredDoesNotGoLive() {
        fleet();
        Revision next = released("v1.1.0");
        Update update = story.history("ws-1").get(0);
        Declaration declaration = Declaration.of(Content.revision(next), "it eats data", "carol");
        boolean[] declared = new boolean[1];

        ApplyResult result = story.holdfast().updates().apply(update.id(), next, "alice", (entries, bytes) -> {
            if (!declared[0]) {
                declared[0] = true;
                story.holdfast().quarantines().declare(declaration);
            }
        });

        assertThat(declared[0]).isTrue();
        assertThat(result).isInstanceOf(ApplyResult.Refused.class);
        assertThat(running(next)).isEmpty();
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    void aRollbackChoosesNothingThatIsInQuarantine() {
        fleet();
        Revision first = story.live("ws-1");
        released("v1.1.0");
        story.apply(story.history("ws-1").get(0));
        story.holdfast().quarantines().declare(Declaration.of(Content.revision(first), "it eats data", "carol"));

        assertThatThrownBy(() -> story.holdfast().rollback(key("ws-1"), "alice"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOTHING_TO_ROLL_BACK));
    }

    @Test
    void aPersonRollsOutToInstallsThatNoPolicyUpdates() {
        story.release("v1.0.0");
        story.holdfast().rollouts().setPlan("careful", CAREFUL, "carol");
        Stream.of("ws-1", "ws-2", "ws-3", "canary")
                .forEach(workspace -> story.install(workspace, "tag:v1.0.0", TrackedRef.latestTag()));
        Revision next = released("v1.1.0");
        passes(1);
        assertThat(running(next)).isEmpty();

        Rollout begun = story.holdfast().rollouts().start("careful", GREETER, next, "carol");
        passes(2);

        assertThat(running(next)).hasSize(4);
        assertThat(story.holdfast()
                        .rollouts()
                        .find(begun.id())
                        .orElseThrow()
                        .progress()
                        .state())
                .isEqualTo(State.DONE);
    }

    @Test
    void aRolloutOfWhatNobodyWaitsForIsRefused() {
        fleet();
        Revision live = story.live("ws-1");

        assertThatThrownBy(() -> story.holdfast().rollouts().start("careful", GREETER, live, "carol"))
                .hasMessageContaining("no install");
        assertThatThrownBy(() -> story.holdfast().rollouts().start("unknown", GREETER, live, "carol"))
                .hasMessageContaining("no rollout plan 'unknown'");
    }

    @Test
    void aPausedRolloutBeginsNobodyAndAStoppedOneWaitsForAPerson() {
        fleet();
        Revision next = released("v1.1.0");
        passes(1);
        story.holdfast().rollouts().pause(rollout().id(), "carol", "lunch");
        story.clock().advance(Duration.ofHours(2));
        passes(1);
        assertThat(running(next)).containsExactly("canary");
        assertThat(explained("ws-1").text()).contains("PAUSED", "lunch");

        story.holdfast().rollouts().stop(rollout().id(), "carol", "enough");
        passes(1);

        assertThat(running(next)).containsExactly("canary");
        assertThat(explained("ws-1").code()).isEqualTo(Code.ROLLOUT_OVER);
    }

    @Test
    void anUpdateWhosePolicyNamesAPlanThatNobodySetWaits() {
        fleet();
        story.holdfast().rollouts().removePlan("careful", "carol");
        Revision next = released("v1.1.0");

        passes(1);

        assertThat(running(next)).isEmpty();
        assertThat(explained("ws-1").code()).isEqualTo(Code.NO_PLAN);
        assertThat(explained("ws-1").text()).contains("'careful'");
    }

    @Test
    void anInstallKeepsTheLabelsItIsAskedForWith() {
        story.release("v1.0.0");

        story.install(story.request("ws-1", "greeter", "tag:v1.0.0").label("tier", "gold"));

        assertThat(story.holdfast()
                        .labels()
                        .list(LabelSelector.parse("tier=gold"), ALL)
                        .items())
                .extracting(Install::key)
                .containsExactly(key("ws-1"));
    }
}
