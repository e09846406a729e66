package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.Probation;
import dev.holdfast.RecoveryReport;
import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The promises about what follows a change, as tests of the whole engine over the store under test: workspaces are
 * reloaded when their host's rule says so, and an update that is not well is put back, also when its node dies on the
 * way. Extend it beside {@link TrackingStoreContract}.
 */
public abstract class ProbationContract extends DriftCases {

    private static final Probation BRIEF = new Probation(2, Duration.ofMillis(200), Duration.ofMillis(900));

    private final ScriptedProbe probe = new ScriptedProbe();
    private final List<FileDifference> differences = new ArrayList<>();
    private boolean onlyForCode;

    /** For subclasses. */
    protected ProbationContract() {}

    @Override
    final HoldfastBuilder settings(HoldfastBuilder host) {
        return host.healthProbe(probe, BRIEF).reloadRule(this::needsReload);
    }

    private boolean needsReload(FileDifference difference) {
        differences.add(difference);
        return !onlyForCode || difference.paths().anyMatch(path -> path.endsWith(".py"));
    }

    /** A node that dies: nothing of the engine catches it. */
    private static final class Death extends VirtualMachineError {
        private static final long serialVersionUID = 1L;
    }

    /** Answers what it was told to, the last answer for ever. */
    private static final class ScriptedProbe implements HealthProbe {

        private final Deque<Health> answers = new ArrayDeque<>(List.of(Health.healthy()));
        private final List<Change> looks = new ArrayList<>();
        private Runnable meanwhile = () -> {};

        @Override
        public synchronized Health check(WorkspaceId workspace, Change change, Deadline deadline) {
            looks.add(change);
            Runnable work = meanwhile;
            meanwhile = () -> {};
            work.run();
            return answers.size() > 1 ? answers.remove() : answers.element();
        }

        synchronized void answer(Health... scripted) {
            answers.clear();
            answers.addAll(List.of(scripted));
        }
    }

    private Update queued() {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        story.release("v1.1.0");
        story.sweep();
        return story.onlyPending();
    }

    private static Health sick() {
        return Health.unhealthy("it does not answer");
    }

    @Test
    void anUpdateThatPassesOftenEnoughIsApplied() {
        Update update = queued();
        probe.meanwhile = () -> assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLYING);

        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);

        assertThat(probe.looks).hasSize(2);
        assertThat(probe.looks.get(0).to()).contains(update.to());
        assertThat(story.live("ws-1")).isEqualTo(update.to());
    }

    @Test
    void anInstallByHandIsOnNoProbation() {
        probe.answer(sick());
        story.release("v1.0.0");

        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());

        assertThat(probe.looks).isEmpty();
    }

    @Test
    void anUpdateThatIsNotWellIsPutBackAndNotOfferedAgain() {
        Update update = queued();
        probe.answer(sick());

        ApplyResult result = story.apply(update);

        assertThat(result).isInstanceOfSatisfying(ApplyResult.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.UNHEALTHY);
            assertThat(failed.why()).contains("it does not answer");
        });
        assertThat(story.live("ws-1")).isEqualTo(update.from());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
        assertThat(story.now(update).lastError().orElseThrow()).contains("it does not answer");
        assertThat(story.sweep().suppressed()).isEqualTo(1);
        assertThat(story.holdfast().updates().pending()).isEmpty();
        assertThat(story.holdfast().explain(new InstallKey(WS, GREETER)).code()).isEqualTo(Code.FAILED);
        assertThat(story.events(HoldfastEvent.Failed.class)).hasSize(1);
    }

    @Test
    void theWorkspaceIsReloadedForTheUpdateAndForTheWayBack() {
        Update update = queued();
        probe.answer(sick());
        story.reloads().clear();

        story.apply(update);

        assertThat(story.reloads()).extracting(Change::kind).containsExactly(Kind.UPGRADE, Kind.ROLLBACK);
        Change back = story.reloads().get(1);
        assertThat(back.operation()).isEqualTo(story.reloads().get(0).operation());
        assertThat(back.from()).contains(update.to());
        assertThat(back.to()).contains(update.from());
    }

    @Test
    void onlyLooksInARowCount() {
        Update update = queued();
        probe.answer(Health.healthy(), sick(), Health.healthy(), Health.healthy());
        // It ends at its fourth look, however slow the machine is.
        Probation patient = new Probation(2, Duration.ofMillis(200), Duration.ofMinutes(1));

        assertThat(story.applyWith(update, builder -> builder.healthProbe(probe, patient)))
                .isInstanceOf(ApplyResult.Applied.class);

        assertThat(probe.looks).hasSize(4);
    }

    @Test
    void aProbeThatThrowsHasNotPassed() {
        Update update = queued();
        probe.answer(sick());
        probe.meanwhile = () -> {
            throw new IllegalStateException("no such workspace");
        };

        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Failed.class);
    }

    @Test
    void anUnhealthyUpdateMayBeTriedAgainByHand() {
        Update update = queued();
        probe.answer(sick());
        story.apply(update);
        probe.answer(Health.healthy());

        story.holdfast().updates().retry(update.id(), "alice");

        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
        assertThat(story.live("ws-1")).isEqualTo(update.to());
    }

    @Test
    void anotherNodeGoesOnWithTheProbationOfOneThatDied() {
        Update update = queued();
        dieWhileLooking(update);
        story.reloads().clear();

        RecoveryReport report = recoveredByTheOther();

        assertThat(report.items())
                .singleElement()
                .satisfies(item -> assertThat(item.outcome()).contains(Outcome.SUCCEEDED));
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(story.reloads()).isEmpty();
    }

    @Test
    void anotherNodePutsBackWhatIsNotWellAfterItsNodeDied() {
        Update update = queued();
        dieWhileLooking(update);
        probe.answer(sick());

        RecoveryReport report = recoveredByTheOther();

        assertThat(report.items())
                .singleElement()
                .satisfies(item -> assertThat(item.outcome()).contains(Outcome.FAILED));
        assertThat(story.live("ws-1")).isEqualTo(update.from());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
        assertThat(recoveredByTheOther().items()).isEmpty();
    }

    @Test
    void whatCannotBePutBackNowIsPutBackLater() {
        Update update = queued();
        probe.answer(sick());
        probe.meanwhile = () -> story.target().down(true);

        ApplyResult result = story.apply(update);

        assertThat(result).isInstanceOf(ApplyResult.Failed.class);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLYING);
        story.target().down(false);
        // It was decided: a probe that passes now does not change it.
        probe.answer(Health.healthy());
        recoveredByTheOther();
        assertThat(story.live("ws-1")).isEqualTo(update.from());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
    }

    @Test
    void theAnswerToTheWayBackMayBeLost() {
        Update update = queued();
        probe.answer(sick());
        probe.meanwhile = () -> story.target().loseNextAnswer();

        story.apply(update);
        recoveredByTheOther();

        assertThat(story.live("ws-1")).isEqualTo(update.from());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
    }

    @Test
    void aFirstInstallReloadsWhateverTheRuleSays() {
        onlyForCode = true;
        story.release("v1.0.0");

        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());

        assertThat(story.reloads()).hasSize(1);
        assertThat(differences).isEmpty();
    }

    @Test
    void aChangeThatTheHostsRuleFindsHarmlessReloadsNothing() {
        story.release("greeter", "v1.0.0", Map.of("SKILL.md", "1", "old.md", "1", "run.py", "1"));
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        story.reloads().clear();
        onlyForCode = true;
        story.release("greeter", "v1.1.0", Map.of("SKILL.md", "2", "new.md", "1", "run.py", "1"));
        story.sweep();

        story.apply(story.onlyPending());

        assertThat(story.reloads()).isEmpty();
        assertThat(differences).singleElement().satisfies(difference -> {
            assertThat(difference.added()).containsExactly("new.md");
            assertThat(difference.changed()).containsExactly("SKILL.md");
            assertThat(difference.removed()).containsExactly("old.md");
        });
        assertThat(lastReload()).isEqualTo(new Reload.NotNeeded());
    }

    @Test
    void aChangeThatTheHostsRuleMindsReloads() {
        story.release("greeter", "v1.0.0", Map.of("run.py", "1"));
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        onlyForCode = true;
        story.release("greeter", "v1.1.0", Map.of("run.py", "2"));
        story.sweep();

        story.apply(story.onlyPending());

        assertThat(lastReload()).isEqualTo(new Reload.Taken());
    }

    @Test
    void whatCannotBeComparedReloads() throws Exception {
        Update update = queued();
        onlyForCode = true;
        story.reloads().clear();
        String stamp = story.holdfast()
                .find(new InstallKey(WS, GREETER))
                .orElseThrow()
                .release()
                .stamp()
                .value();
        java.nio.file.Files.delete(root.resolve("ws-1/.releases/greeter/" + stamp + "/.complete"));

        story.apply(update);

        assertThat(story.reloads()).hasSize(1);
        assertThat(differences).isEmpty();
    }

    private Reload lastReload() {
        List<HoldfastEvent.Changed> changes = story.events(HoldfastEvent.Changed.class);
        return changes.get(changes.size() - 1).report().reload();
    }

    private void dieWhileLooking(Update update) {
        probe.meanwhile = () -> {
            throw new Death();
        };
        assertThatThrownBy(() -> story.apply(update)).isInstanceOf(Death.class);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLYING);
        Revision live = story.live("ws-1");
        assertThat(live).isEqualTo(update.to());
    }

    private RecoveryReport recoveredByTheOther() {
        story.clock().advance(Duration.ofMinutes(5));
        return story.other().recover();
    }
}
