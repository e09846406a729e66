package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.FileStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The promises that Holdfast makes about a plugin on a target, as tests of the whole engine over the target under test:
 * whatever breaks, what a reader sees is one whole version, and the record agrees with it. Extend it beside
 * {@link DeliveryTargetContract}.
 */
public abstract class PluginLifeContract extends ExportCases {

    /** For subclasses. */
    protected PluginLifeContract() {}

    @Test
    void anInstalledPluginIsLiveRecordedAndMarkedAlike() {
        Revision v1 = story.release("v1.0.0", "one");

        ChangeReport report = story.install("tag:v1.0.0");

        assertThat(report.changed()).isTrue();
        assertThat(story.live())
                .containsEntry("SKILL.md", "file: one")
                .containsEntry("bin/run", "executable: #!/bin/sh\n");
        assertThat(story.recorded().revision()).isEqualTo(v1);
        assertThat(story.recorded().release().version()).contains("v1.0.0");
        story.assertRecordAgrees();
    }

    @Test
    void installingWhatIsLiveDeliversNothing() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");

        ChangeReport again = story.install("tag:v1.0.0");

        assertThat(again.changed()).isFalse();
        assertThat(story.resolver().calls())
                .filteredOn(call -> call.startsWith("fetch"))
                .hasSize(1);
    }

    /** Known failure: two sources with one name, or two workspaces in one place, overwrote each other. */
    @Test
    void anInstallThatContradictsWhatIsRecordedIsRefusedBeforeAnyChange() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.resolver().commit("other", Map.of("SKILL.md", "other"));
        InstallRequest request = story.request("tag:v1.0.0");
        Source other = Source.parse("scripted://other");

        story.assertConflict(
                InstallRequest.of(request.workspace(), other, request.address()).as(request.plugin()));
        story.assertConflict(InstallRequest.of(WorkspaceId.of("ws-2"), request.source(), request.address()));
        story.assertConflict(InstallRequest.of(
                request.workspace(),
                request.source(),
                TargetAddress.parse(request.address().toString() + "-elsewhere")));

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        story.holdfast()
                .install(InstallRequest.of(request.workspace(), other, request.address())
                        .as(request.plugin())
                        .replacingSource());
        assertThat(story.live()).containsEntry("SKILL.md", "file: other");
        story.assertRecordAgrees();
    }

    @Test
    void anUpgradeReplacesTheWholeTree() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.resolver().tag("greeter", "v2.0.0", story.resolver().commit("greeter", Map.of("OTHER.md", "two")));

        story.install("tag:v2.0.0");

        assertThat(story.live()).doesNotContainKey("SKILL.md").containsEntry("OTHER.md", "file: two");
        story.assertRecordAgrees();
    }

    /** Known failure: a recorded revision was never compared with what is on the target. */
    @Test
    void whatIsMissingOnTheTargetIsDeliveredAgain() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.onTarget(new FileStep.RemoveTree("greeter"));

        ChangeReport report = story.install("tag:v1.0.0");

        assertThat(report.kind()).isEqualTo(Operation.Kind.REPAIR);
        story.assertRecordAgrees();
    }

    @Test
    void aBundleThatIsRefusedInTheMiddleLeavesTheOldVersionAndNoLeftOvers() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "x".repeat(2_000_000));

        assertThatThrownBy(() -> story.install("tag:v2.0.0"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.list(".staging/greeter")).isEmpty();
        story.assertRecordAgrees();
    }

    @Test
    void aSourceThatFailsLeavesTheOldVersion() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "the source is down"));

        assertThatThrownBy(() -> story.install("tag:v2.0.0")).isInstanceOf(TransientException.class);

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        story.assertRecordAgrees();
    }

    @Test
    void aSwapWhoseAnswerIsLostIsFinished() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.target().loseNextAnswer();

        ChangeReport report = story.install("tag:v2.0.0");

        assertThat(report.changed()).isTrue();
        assertThat(story.live()).containsEntry("SKILL.md", "file: two");
        story.assertRecordAgrees();
    }

    /** Known failure: exit codes were never read, and a failed step looked like success. */
    @Test
    void aSwapThatNeverArrivedIsUndone() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.target().loseNextScript();

        assertThatThrownBy(() -> story.install("tag:v2.0.0")).isInstanceOf(TransientException.class);

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.list(".staging/greeter")).isEmpty();
        story.assertRecordAgrees();
    }

    /** Known failure: a crash in the swap left the plugin missing for good. */
    @Test
    void aTargetThatGoesDownInTheSwapIsPutInOrderWhenItIsBack() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.target().beforeNextScript(() -> {
            story.target().down(true);
            throw new TransientException(Reason.UNREACHABLE, "the target went down");
        });
        assertThatThrownBy(() -> story.install("tag:v2.0.0")).isInstanceOf(TransientException.class);

        story.target().down(false);
        story.clock().advance(Duration.ofMinutes(10));
        story.holdfast().recover();

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        story.assertRecordAgrees();
        assertThat(story.holdfast().recover().items()).isEmpty();
    }

    @Test
    void anOperationThatStallsPastItsLeaseAndWakesUpChangesNothing() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.release("v3.0.0", "three");
        story.target().beforeNextScript(() -> {
            story.clock().advance(Duration.ofMinutes(10));
            story.other().recover();
            story.other().install(story.request("tag:v3.0.0"));
        });

        assertThatThrownBy(() -> story.install("tag:v2.0.0"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));

        assertThat(story.live()).containsEntry("SKILL.md", "file: three");
        story.assertRecordAgrees();
    }

    @Test
    void anUninstallThatStallsPastItsLeaseAndWakesUpRemovesNothing() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.target().beforeNextScript(() -> {
            story.clock().advance(Duration.ofMinutes(10));
            story.other().recover();
            story.other().install(story.request("tag:v1.0.0"));
        });

        assertThatThrownBy(story::uninstall)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        story.assertRecordAgrees();
    }

    @Test
    void anEmptyStoreOnAUsedTargetJumpsPastItsFences() {
        story.release("v1.0.0", "one");
        story.release("v2.0.0", "two");
        for (int i = 0; i < 3; i++) {
            story.install("tag:v1.0.0");
            story.install("tag:v2.0.0");
        }

        story.forgetEverything();
        story.install("tag:v1.0.0");

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        story.assertRecordAgrees();
        story.install("tag:v2.0.0");
        story.assertRecordAgrees();
    }

    @Test
    void rollbackReturnsToTheEarlierReleaseWithoutTheSource() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        Revision bad = story.release("v2.0.0", "two");
        story.install("tag:v2.0.0");
        int fetches = story.resolver().calls().size();

        story.rollback();

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.resolver().calls()).hasSize(fetches);
        assertThat(story.store().updates().bad(story.recorded().key())).containsExactly(bad);
        story.assertRecordAgrees();
    }

    @Test
    void aSecondRollbackGoesFurtherBackAndNeverToWhatWasLeft() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.install("tag:v2.0.0");
        story.release("v3.0.0", "three");
        story.install("tag:v3.0.0");
        story.rollback();
        story.rollback();

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThatThrownBy(story::rollback)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOTHING_TO_ROLL_BACK));
        story.assertRecordAgrees();
    }

    /** Known failure: snapshots and staging left-overs were never collected. */
    @Test
    void uninstallTakesThePluginAwayAtOnceAndTheRestAfterTheGrace() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v2.0.0", "two");
        story.install("tag:v2.0.0");

        story.uninstall();

        assertThat(story.kind("greeter")).isEqualTo("nothing");
        assertThat(story.holdfast().installs(story.workspace())).isEmpty();
        story.holdfast().collect();
        assertThat(story.list(".releases/greeter")).isNotEmpty();
        story.clock().advance(Duration.ofHours(2));
        story.holdfast().collect();
        for (String kept : List.of(".releases", ".staging", ".flip", ".fence", ".previous")) {
            assertThat(story.list(kept)).as(kept).isEmpty();
        }
    }

    @Test
    void collectionKeepsTheLastGoodReleasesAndNeverWhatIsLive() {
        for (int i = 1; i <= 6; i++) {
            story.release("v" + i + ".0.0", "release " + i);
            story.install("tag:v" + i + ".0.0");
        }
        story.holdfast().collect();
        assertThat(story.list(".releases/greeter")).as("younger than the grace").hasSize(6);

        story.clock().advance(Duration.ofHours(2));
        story.holdfast().collect();

        assertThat(story.list(".releases/greeter")).hasSize(3);
        assertThat(story.live()).containsEntry("SKILL.md", "file: release 6");
        story.rollback();
        assertThat(story.live()).containsEntry("SKILL.md", "file: release 5");
        story.assertRecordAgrees();
    }

    @Test
    void twoNodesInstallingAtOnceNeverInterleave() throws Exception {
        for (int i = 1; i <= 6; i++) {
            story.release("v" + i + ".0.0", "release " + i);
        }
        ExecutorService callers = Executors.newFixedThreadPool(6);
        List<Callable<ChangeReport>> calls = new java.util.ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            Holdfast node = i % 2 == 0 ? story.holdfast() : story.other();
            String ref = "tag:v" + i + ".0.0";
            calls.add(() -> node.install(story.request(ref)));
        }

        List<Future<ChangeReport>> outcomes = callers.invokeAll(calls);
        callers.shutdown();

        for (Future<ChangeReport> outcome : outcomes) {
            assertThat(outcome.get().changed()).isTrue();
        }
        story.assertRecordAgrees();
        assertThat(story.list(".staging/greeter")).isEmpty();
        assertThat(story.list(".flip/greeter")).isEmpty();
    }

    @Test
    void pluginsWhoseNamesBeginAlikeDoNotTouchEachOther() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.holdfast().install(story.request("tag:v1.0.0").as(dev.holdfast.spi.PluginName.of("greeter.more")));
        story.uninstall();
        story.clock().advance(Duration.ofHours(2));
        story.holdfast().collect();

        assertThat(story.read("greeter.more")).containsEntry("SKILL.md", "file: one");
    }
}
