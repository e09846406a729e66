package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangeReport;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileStep;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code verify} and {@code repair} promise. */
abstract class RepairCases extends OccupiedCases {

    @Test
    void aFileThatWasChangedOnTheTargetIsNamed() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        String release = ".releases/greeter/" + story.recorded().release().stamp();

        story.onTarget(
                new FileStep.WriteFile(release + "/SKILL.md", "changed"),
                new FileStep.WriteFile(release + "/added", "new"),
                new FileStep.RemoveTree(release + "/d/e/f"));

        assertThat(story.verify())
                .isEqualTo(new Verification.Tampered(List.of("SKILL.md"), List.of("added"), List.of("d/e/f")));
    }

    @Test
    void whatRunningThePluginAddsIsIgnoredAndCountedWhereTheHostSaysSo() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        String release = ".releases/greeter/" + story.recorded().release().stamp();
        story.onTarget(
                new FileStep.MakeDirectory(release + "/d/__pycache__"),
                new FileStep.WriteFile(release + "/d/__pycache__/a.pyc", "bytecode"));
        assertThat(story.verify())
                .isEqualTo(new Verification.Tampered(
                        List.of(), List.of("d/__pycache__", "d/__pycache__/a.pyc"), List.of()));

        story.verifyIgnores("__pycache__/**", "SKILL.md");

        assertThat(story.verify()).isEqualTo(new Verification.Intact(2));
        assertThat(story.repair().changed()).isFalse();
        story.tamper();
        assertThat(story.verify()).isEqualTo(new Verification.Tampered(List.of("SKILL.md"), List.of(), List.of(), 2));
    }

    @Test
    void repairingWhatIsIntactDeliversNothing() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");

        ChangeReport report = story.repair();

        assertThat(report.changed()).isFalse();
        assertThat(story.list(".releases/greeter")).hasSize(1);
    }

    @Test
    void aDamagedReleaseIsFetchedAgainAtTheRecordedRevisionWhereverItsRefHasMovedTo() {
        Revision v1 = story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.release("v1.0.0", "moved");
        story.tamper();

        ChangeReport report = story.repair();

        assertThat(report.kind()).isEqualTo(Operation.Kind.REPAIR);
        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.recorded().revision()).isEqualTo(v1);
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        story.assertRecordAgrees();
    }

    @Test
    void aLiveLinkThatIsGoneIsPutBackWithoutTheSource() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.onTarget(new FileStep.RemoveTree("greeter"));
        int calls = story.resolver().calls().size();

        assertThat(story.repair().changed()).isTrue();

        assertThat(story.resolver().calls()).hasSize(calls);
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        story.assertRecordAgrees();
    }

    @Test
    void aDamagedReleaseIsReplacedByARetainedCopyWhileTheSourceIsDown() {
        story.release("v1.0.0", "one");
        story.release("v2.0.0", "two");
        story.install("tag:v1.0.0");
        story.install("tag:v2.0.0");
        story.install("tag:v1.0.0");
        story.tamper();
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "the source is down"));

        story.repair();

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        story.assertRecordAgrees();
        story.rollback();
        assertThat(story.live()).as("what was live before").containsEntry("SKILL.md", "file: two");
    }

    @Test
    void aRepairThatIsBrokenOffLeavesTheRetainedCopyForTheNextOne() {
        story.release("v1.0.0", "one");
        story.release("v2.0.0", "two");
        story.install("tag:v1.0.0");
        story.install("tag:v2.0.0");
        story.install("tag:v1.0.0");
        story.tamper();
        story.target().loseNextScript();
        assertThatThrownBy(story::repair).isInstanceOf(TransientException.class);
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "the source is down"));

        story.repair();

        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        story.assertRecordAgrees();
    }

    @Test
    void aDamagedReleaseWithoutACopyStaysWhileTheSourceIsDown() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.tamper();
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "the source is down"));

        assertThatThrownBy(story::repair).isInstanceOf(TransientException.class);

        assertThat(story.live()).containsEntry("SKILL.md", "file: changed");
        story.assertRecordAgrees();
    }
}
