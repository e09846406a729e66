package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Staging;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FaultyStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody is faster: what an install may do is decided while it holds its destination, not before. */
class InstallRaceTest {

    private static final PluginName GREETER = PluginName.of("greeter");
    private static final WorkspaceId ALICE = WorkspaceId.of("alice");
    private static final WorkspaceId BOB = WorkspaceId.of("bob");
    private static final Source ONE = Source.parse("scripted://one#tag:v1");
    private static final Source TWO = Source.parse("scripted://two#tag:v1");

    @TempDir
    private Path root;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final MutableClock clock = MutableClock.create();
    private final FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create(clock));
    private Runnable meanwhile = () -> {};
    private Holdfast holdfast;

    @BeforeEach
    void build() {
        sources.tag("one", "v1", sources.commit("one", Map.of("SKILL.md", "from one")));
        sources.tag("two", "v1", sources.commit("two", Map.of("SKILL.md", "from two")));
        holdfast = Holdfast.builder()
                .clock(clock)
                .store(store)
                .resolver(new Slow())
                .target(DirectoryTarget.create().durable(false))
                .build();
    }

    @AfterEach
    void close() {
        holdfast.close();
    }

    /** Somebody else is done while this one asks its source. */
    private final class Slow implements SourceResolver {

        @Override
        public Set<String> schemes() {
            return sources.schemes();
        }

        @Override
        public Upstream upstream(Source source) {
            return sources.upstream(source);
        }

        @Override
        public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
            Map<TrackedRef, Resolution> answer = sources.resolve(upstream, refs, deadline);
            Runnable others = meanwhile;
            meanwhile = () -> {};
            others.run();
            return answer;
        }

        @Override
        public Bundle fetch(Source source, Revision revision, Deadline deadline) {
            return sources.fetch(source, revision, deadline);
        }
    }

    @Test
    void aWorkspaceThatComesSecondToAPlaceChangesNothingThere() throws IOException {
        meanwhile = () -> holdfast.install(request(ALICE, ONE, "shared"));

        assertConflict(request(BOB, TWO, "shared"));

        assertThat(live("shared")).isEqualTo("from one");
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aPluginThatWasInstalledElsewhereMeanwhileIsNotLiveTwice() throws IOException {
        meanwhile = () -> holdfast.install(request(ALICE, ONE, "first"));

        assertConflict(request(ALICE, ONE, "second"));

        assertThat(live("first")).isEqualTo("from one");
        assertThat(root.resolve("second/greeter")).doesNotExist();
    }

    @Test
    void aSourceThatWasInstalledMeanwhileIsNotReplacedUnasked() throws IOException {
        meanwhile = () -> holdfast.install(request(ALICE, ONE, "shared"));

        assertConflict(request(ALICE, TWO, "shared"));

        assertThat(live("shared")).isEqualTo("from one");
        assertThat(holdfast.find(new InstallKey(ALICE, GREETER))
                        .orElseThrow()
                        .origin()
                        .source())
                .isEqualTo(ONE);
    }

    @Test
    void anInstallThatFindsItsPluginRemovedMeanwhileInstallsIt() throws IOException {
        Revision first = holdfast.install(request(ALICE, ONE, "shared"))
                .now()
                .orElseThrow()
                .revision();
        sources.tag("one", "v1", sources.commit("one", Map.of("SKILL.md", "newer")));
        meanwhile = () -> holdfast.uninstall(new InstallKey(ALICE, GREETER), "bob");

        var report = holdfast.install(request(ALICE, ONE, "shared"));

        assertThat(report.kind()).isEqualTo(Operation.Kind.INSTALL);
        assertThat(report.from()).isEmpty().isNotEqualTo(Optional.of(first));
        assertThat(live("shared")).isEqualTo("newer");
    }

    @Test
    void whoLosesLeavesNoOperationOpenAndCanTryAgainElsewhere() throws IOException {
        meanwhile = () -> holdfast.install(request(ALICE, ONE, "shared"));
        assertConflict(request(BOB, TWO, "shared"));

        holdfast.install(request(BOB, TWO, "elsewhere"));

        assertThat(live("elsewhere")).isEqualTo("from two");
        clock.advance(Duration.ofHours(1));
        assertThat(holdfast.recover().items()).isEmpty();
    }

    @Test
    void aRecordThatIsRefusedAfterTheSwapIsFlippedBackToWhatIsRecorded() throws IOException {
        holdfast.install(request(ALICE, ONE, "shared"));
        sources.tag("one", "v1", sources.commit("one", Map.of("SKILL.md", "newer")));
        store.failNext("record", refusal());

        assertConflict(request(ALICE, ONE, "shared"), "what is recorded there is live again");

        assertThat(live("shared")).isEqualTo("from one");
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aFirstInstallWhoseRecordIsRefusedIsTakenAway() {
        store.failNext("record", refusal());

        assertConflict(request(ALICE, ONE, "shared"), "nothing is live there now");

        assertThat(root.resolve("shared/greeter")).doesNotExist();
        assertThat(holdfast.find(new InstallKey(ALICE, GREETER))).isEmpty();
    }

    @Test
    void aNodeThatDiesBeforeItFlippedBackIsFollowedByOneThatDoes() throws IOException {
        holdfast.install(request(ALICE, ONE, "shared"));
        Opening opening = store.journal().open(upgrade());
        Operation operation = ((Opening.Opened) opening).operation();
        makeLive(operation);
        clock.advance(Duration.ofHours(1));
        store.failNext("record", refusal());

        holdfast.recover();

        assertThat(live("shared")).isEqualTo("from one");
        assertThat(holdfast.recover().items()).isEmpty();
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    private NewOperation upgrade() {
        var install = holdfast.find(new InstallKey(ALICE, GREETER)).orElseThrow();
        return NewOperation.of(Operation.Kind.UPGRADE, new InstallKey(ALICE, GREETER), install.address(), "tester")
                .goal(new Operation.Goal(
                        install.origin(),
                        dev.holdfast.spi.Stamp.of(clock.instant(), 7),
                        Revision.of("2".repeat(40)),
                        Optional.empty()))
                .from(install.revision())
                .heldBy("gone", Duration.ofMinutes(1));
    }

    private void makeLive(Operation operation) {
        var goal = operation.goal().orElseThrow();
        var installer = dev.holdfast.release.AtomicInstaller.withLimits(dev.holdfast.release.BundleLimits.standard());
        try (var session = DirectoryTarget.create()
                .durable(false)
                .open(operation.address(), Deadline.after(Duration.ofMinutes(1)))) {
            installer.stage(
                    session,
                    new Staging(
                            GREETER,
                            goal.origin().source().toString(),
                            goal.revision(),
                            goal.version(),
                            goal.stamp(),
                            operation.epoch(),
                            Optional.empty()),
                    Bundles.of("SKILL.md", "newer"),
                    dev.holdfast.spi.delivery.Progress.NONE);
            installer.swap(session, GREETER, goal.stamp(), operation.epoch());
        }
    }

    private static PermanentException refusal() {
        return new PermanentException(
                Reason.CONFLICT, "the place is recorded as somebody else's, as the test wants it");
    }

    private void assertConflict(InstallRequest request, String says) {
        assertThatThrownBy(() -> holdfast.install(request))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining(says);
    }

    private void assertConflict(InstallRequest request) {
        assertConflict(request, "");
    }

    private InstallRequest request(WorkspaceId workspace, Source source, String directory) {
        return InstallRequest.of(workspace, source, TargetAddress.parse("dir://" + root.resolve(directory)))
                .as(GREETER);
    }

    private String live(String directory) throws IOException {
        return Files.readString(root.resolve(directory).resolve("greeter/SKILL.md"));
    }
}
