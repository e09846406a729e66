package dev.holdfast.contracts.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.RecoveryReport;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One cell of the kill matrix, seen by the process that stays alive: it prepares the place, another process (or a
 * simulated one) dies in the middle of an operation, and this one recovers and checks what must hold.
 *
 * <pre>{@code
 * for (Failpoint point : story.points(operation)) {       // a place of its own for each
 *     story.prepare(operation);
 *     // a process performs the operation with Failpoints.at(point::equals, () -> Runtime.getRuntime().halt(9))
 *     story.recoverAndCheck(operation);
 * }
 * }</pre>
 */
public final class KillStory implements AutoCloseable {

    static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    static final PluginName PLUGIN = PluginName.of("greeter");

    private static final Duration PAST_THE_LEASE = Duration.ofMinutes(10);
    private static final Duration PAST_THE_GRACE = Duration.ofHours(2);

    private final MutableClock clock;
    private final KillPlace place;
    private final KillVersions versions = new KillVersions();
    private final Holdfast holdfast;
    private final KillReader reader;
    private long reloadsBefore;

    private KillStory(KillPlace place, MutableClock clock) {
        this.clock = clock;
        this.place = place;
        this.holdfast = place.node("node-that-lives", versions, Failpoints.recording());
        this.reader = new KillReader(place);
    }

    /**
     * Returns a story of one place that nothing else uses.
     *
     * @param store measures its times by {@code clock}
     * @param reloads a file that does not exist yet
     */
    public static KillStory of(
            DeliveryTarget target, TargetAddress address, TrackingStore store, MutableClock clock, Path reloads) {
        return of(new KillPlace(target, address, store, clock, reloads), clock);
    }

    static KillStory of(KillPlace place, MutableClock clock) {
        return new KillStory(place, clock);
    }

    /** Returns what another process needs. */
    public KillPlace place() {
        return place;
    }

    /** Brings the place to where the operation begins. */
    public void prepare(KillOperation operation) {
        operation.prepare(this);
        assertThat(state()).as("before " + operation).isEqualTo(operation.before());
        pass(Duration.ofSeconds(1));
        reloadsBefore = reloads();
    }

    /** Prepares the operation, performs it to its end, and returns its points in order. */
    public List<Failpoint> points(KillOperation operation) {
        prepare(operation);
        Failpoints points = Failpoints.recording();
        operation.perform(place, points);
        assertThat(state()).as("after " + operation).isEqualTo(operation.after());
        return points.passed();
    }

    /**
     * Recovers after a process died in the operation, and checks everything that must hold.
     *
     * @return {@code old} if it was undone or never begun, {@code new} if it was done or finished
     * @throws AssertionError if something does not hold
     */
    public String recoverAndCheck(KillOperation operation) {
        assertThat(reader.version())
                .as("what a reader sees before recovery")
                .isIn(operation.seen().stream().map(KillState::live).toList());
        reader.assertMarkersMeanWhole();
        pass(PAST_THE_LEASE);
        RecoveryReport report = holdfast.recover();
        assertThat(report.items())
                .allSatisfy(item -> assertThat(item.outcome()).as(item.note()).isPresent());
        KillState state = state();
        assertThat(state).as("record and target after recovery").isIn(operation.outcomes());
        if (operation != KillOperation.COLLECT) {
            reader.assertNothingStagedNorAboutToBeLive();
        }
        assertSettled(operation, state);
        assertAftermath(state);
        return state.equals(operation.after()) ? "new" : "old";
    }

    /**
     * Performs the operation, stalls it at a point past its lease, lets another node recover, and lets it go on: what
     * had to be recovered stays as recovery left it.
     *
     * @throws AssertionError if something does not hold
     */
    public void stallAndCheck(KillOperation operation, Failpoint point) {
        KillState[] recovered = new KillState[1];
        Failpoints points = Failpoints.at(point::equals, () -> {
            pass(PAST_THE_LEASE);
            if (!holdfast.recover().items().isEmpty()) {
                recovered[0] = state();
                // Somebody goes on meanwhile; what wakes up then must not touch it.
                install(KillVersions.NEXT);
                pass(PAST_THE_GRACE);
            }
        });
        versions.release(KillVersions.NEXT);
        Throwable thrown = catchThrowable(() -> operation.perform(place, points));
        assertThat(points.reached()).as("reached " + point).isTrue();
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(HoldfastException.class);
        }
        if (recovered[0] != null) {
            assertThat(recovered[0]).as("as recovery left it").isIn(operation.outcomes());
            assertThat(state()).as("after the stalled one woke up").isEqualTo(KillState.NEXT);
        }
        reader.assertMarkersMeanWhole();
        pass(PAST_THE_LEASE);
        holdfast.recover();
        assertLeftOversGo();
    }

    private void assertSettled(KillOperation operation, KillState state) {
        assertThat(holdfast.operations(new InstallKey(WORKSPACE, PLUGIN)))
                .as("open operations")
                .allSatisfy(row -> assertThat(row.outcome()).isPresent());
        if (operation.hasUpdate()) {
            assertThat(onlyUpdate(place).status().name())
                    .as("the update")
                    .isIn(state.equals(KillState.V2) ? Set.of("APPLIED") : operation.updatesThatDidNotCome());
        }
        if (!state.equals(operation.before())) {
            assertThat(reloads()).as("reloads").isGreaterThan(reloadsBefore);
        }
        List<String> first = reader.traces();
        assertThat(holdfast.recover().items()).as("a second recovery").isEmpty();
        assertThat(reader.traces()).as("what a second recovery leaves").isEqualTo(first);
        assertThat(state()).isEqualTo(state);
    }

    private void assertAftermath(KillState state) {
        versions.release(KillVersions.NEXT);
        install(KillVersions.NEXT);
        assertThat(state()).as("after the next install").isEqualTo(KillState.NEXT);
        if (state != KillState.NOTHING && state != KillState.DAMAGED) {
            holdfast.rollback(new InstallKey(WORKSPACE, PLUGIN), "tester");
            assertThat(state()).as("after a rollback of the next install").isEqualTo(state);
        }
        assertLeftOversGo();
    }

    private void assertLeftOversGo() {
        KillState state = state();
        pass(PAST_THE_GRACE);
        assertThat(holdfast.collect().failed()).as("failed collections").isZero();
        assertThat(state()).as("after a collection").isEqualTo(state);
        reader.assertCollected(
                holdfast.operations(new InstallKey(WORKSPACE, PLUGIN)).toList());
        if (!state.recorded().equals(KillState.NONE)) {
            holdfast.uninstall(new InstallKey(WORKSPACE, PLUGIN), "tester");
        }
        pass(PAST_THE_GRACE);
        assertThat(holdfast.collect().failed()).as("failed collections").isZero();
        reader.assertNothingLeft();
    }

    /** What is recorded and live; where both are there, they must say the same of the release. */
    private KillState state() {
        Optional<Install> install = holdfast.find(new InstallKey(WORKSPACE, PLUGIN));
        String live = reader.version();
        String recorded = install.map(found -> versions.name(found.revision())).orElse(KillState.NONE);
        if (install.isPresent() && recorded.equals(live)) {
            assertThat(holdfast.verify(new InstallKey(WORKSPACE, PLUGIN)))
                    .as("record, marker and files")
                    .isInstanceOf(dev.holdfast.release.Verification.Intact.class);
        }
        return KillState.of(recorded, live);
    }

    void release(String version) {
        versions.release(version);
    }

    void releaseSick() {
        versions.releaseSick();
    }

    void install(String version) {
        pass(Duration.ofSeconds(1));
        install(holdfast, place, version);
    }

    static void install(Holdfast holdfast, KillPlace place, String version) {
        holdfast.install(
                InstallRequest.of(WORKSPACE, Source.parse("scripted://greeter#tag:" + version), place.address())
                        .track(TrackedRef.latestTag())
                        .by("tester"));
    }

    void uninstall() {
        holdfast.uninstall(new InstallKey(WORKSPACE, PLUGIN), "tester");
    }

    void sweep() {
        pass(Duration.ofMinutes(61));
        assertThat(holdfast.sweeper().sweep().queued()).isEqualTo(1);
    }

    void pass(Duration time) {
        clock.advance(time);
    }

    /**
     * Dies in an operation within this process, and lets its lease run out. Not inside an upload: an HTTP client that
     * an error passes through closes its connections for good.
     */
    void breakOff(KillOperation operation, String pointPattern) {
        operation.prepare(this);
        Pattern pattern = Pattern.compile(pointPattern);
        Failpoints points = Failpoints.at(point -> pattern.matcher(point.name()).find(), Killed.DEATH);
        assertThat(catchThrowable(() -> operation.perform(place, points))).isInstanceOf(Killed.class);
        pass(PAST_THE_LEASE);
    }

    /** Leaves what an upload leaves whose process and journal are gone. */
    void leaveAnUpload() {
        at(session -> {
            session.upload(".staging/greeter/left", Bundles.of("SKILL.md", "left"), Progress.NONE);
            return true;
        });
    }

    void onTarget(FileStep step) {
        ScriptResult result = at(session -> session.run(FileScript.of(step)));
        assertThat(result).isEqualTo(new ScriptResult.Completed());
    }

    private <T> T at(Function<TargetSession, T> question) {
        try (TargetSession session = place.target().open(place.address(), Deadline.after(Duration.ofMinutes(1)))) {
            return question.apply(session);
        }
    }

    static Update onlyUpdate(KillPlace place) {
        List<Update> updates = place.store()
                .updates()
                .list(UpdateQuery.of(new InstallKey(WORKSPACE, PLUGIN)), Page.Request.first(10))
                .items();
        assertThat(updates).hasSize(1);
        return updates.get(0);
    }

    private long reloads() {
        try {
            return Files.exists(place.reloads())
                    ? Files.readAllLines(place.reloads()).size()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        holdfast.close();
    }
}
