package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** One plugin on a target that something happens to, and what must hold after whatever it was. */
final class FaultStory implements AutoCloseable {

    static final String NONE = "none";

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");

    private final MutableClock clock = MutableClock.create();
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final Map<Revision, String> versions = new HashMap<>();
    private final Map<Map<String, String>, String> trees = new HashMap<>();
    private final FaultyTarget target;
    private final TargetAddress address;
    private final TrackingStore store;
    private final Holdfast holdfast;

    /** Begins with nothing. */
    FaultStory(DeliveryTarget target, TargetAddress address) {
        this.target = FaultyTarget.around(target);
        this.address = address;
        this.store = InMemoryTrackingStore.create(clock);
        this.holdfast = node("node-a", Duration.ofMinutes(1));
    }

    private Holdfast node(String name, Duration patience) {
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(store)
                .resolver(resolver)
                .target(target)
                .timings(Timings.standard().operation(patience).recover(patience))
                .build();
    }

    MutableClock clock() {
        return clock;
    }

    Holdfast holdfast() {
        return holdfast;
    }

    /** Installs a version of about 300 kB. */
    void install(String version) {
        install(version, 300_000, () -> {});
    }

    /** Installs a version of {@code size} bytes; {@code meanwhile} runs once, in the middle of the upload. */
    void install(String version, int size, Runnable meanwhile) {
        install(holdfast, version, size, meanwhile);
    }

    /**
     * Installs a version on another node, whose operations end after {@code patience}; what settles it has more time.
     */
    void installWithin(Duration patience, String version) {
        try (Holdfast hurried = node("node-b", patience)) {
            install(hurried, version, 300_000, () -> {});
        }
    }

    private void install(Holdfast node, String version, int size, Runnable meanwhile) {
        Map<String, String> files = Map.of("SKILL.md", version, "big", "x".repeat(size) + version, "last", version);
        Revision revision = resolver.commit("greeter", files);
        resolver.tag("greeter", version, revision);
        versions.put(revision, version);
        trees.put(contents(resolver.fetch(source(version), revision, Deadline.after(Duration.ofMinutes(1)))), version);
        clock.advance(Duration.ofSeconds(1));
        boolean[] over = new boolean[1];
        Progress progress = (entries, bytes) -> {
            if (!over[0] && bytes > size / 2) {
                over[0] = true;
                meanwhile.run();
            }
        };
        node.install(InstallRequest.of(WORKSPACE, source(version), address).progress(progress));
    }

    private static Source source(String version) {
        return Source.parse("scripted://greeter#tag:" + version);
    }

    /**
     * Installs a version; {@code meanwhile} begins in the middle of the upload, and is over when the script begins. The
     * engine lets nobody change a container that it unpacks an upload into, so whoever wants to, waits.
     */
    void installBeside(String version, Runnable meanwhile) {
        Thread other = new Thread(meanwhile);
        target.beforeNextScript(() -> {
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        install(version, 3_000_000, other::start);
    }

    /** Installs a version whose script stalls before it renames the live link, while {@code meanwhile} runs. */
    void installStalling(String version, Runnable meanwhile) {
        target.withinNextScript(FaultStory::swaps, meanwhile);
        install(version);
    }

    private static boolean swaps(FileStep step) {
        return step instanceof FileStep.ReplaceLink replace && replace.to().equals("greeter");
    }

    /** The clock is set back by a day, and the connection is lost. */
    void jumpBackAndBreakOff() {
        clock.advance(Duration.ofDays(-1));
        throw new TransientException(Reason.UNREACHABLE, "the connection was lost, as the test wants it; look again");
    }

    /** Asserts that a change is told to have failed, and for this reason. */
    static void assertFails(Reason reason, Runnable change) {
        HoldfastException told = failure(change).orElseThrow(() -> new AssertionError("it was told to have succeeded"));
        assertThat(told.reason()).as(told.getMessage()).isEqualTo(reason);
    }

    /** Makes a change that may succeed, or fail in a way that Holdfast has a word for. */
    static Optional<HoldfastException> failure(Runnable change) {
        try {
            change.run();
            return Optional.empty();
        } catch (HoldfastException e) {
            return Optional.of(e);
        }
    }

    /**
     * Recovers, and asserts that one of these versions is live, whole and recorded, that a second recovery changes
     * nothing, and that the next install and a collection go well.
     */
    void assertSettled(String... allowed) {
        recover();
        assertThat(live()).isIn((Object[]) allowed);
        assertThat(recorded()).as("what is recorded").isEqualTo(live());
        if (!live().equals(NONE)) {
            assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isEqualTo(new Verification.Intact());
        }
        assertSecondRecoveryChangesNothing();
        assertGoesOn();
    }

    /** Asserts what looking says, without a change. */
    void assertIntact(String version) {
        assertThat(live()).isEqualTo(version);
        assertThat(holdfast.placement(new InstallKey(WORKSPACE, GREETER)))
                .isInstanceOf(dev.holdfast.release.Placement.Live.class);
        assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isEqualTo(new Verification.Intact());
    }

    /**
     * As {@link #assertSettled}, where the files went away: the record stays, and says honestly that they are missing.
     */
    void assertMissing(String recorded) {
        recover();
        assertThat(live()).isEqualTo(NONE);
        assertThat(recorded()).isEqualTo(recorded);
        assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isEqualTo(new Verification.Missing());
        assertSecondRecoveryChangesNothing();
        assertGoesOn();
    }

    private void recover() {
        clock.advance(Duration.ofMinutes(10));
        assertThat(holdfast.recover().items())
                .allSatisfy(item -> assertThat(item.outcome()).as(item.note()).isPresent());
        assertThat(holdfast.operations(new InstallKey(WORKSPACE, GREETER)))
                .allSatisfy(operation -> assertThat(operation.outcome()).isPresent());
    }

    private void assertSecondRecoveryChangesNothing() {
        List<String> before = traces();
        assertThat(holdfast.recover().items()).isEmpty();
        assertThat(traces()).isEqualTo(before);
    }

    private void assertGoesOn() {
        install("v9.0.0");
        assertThat(live()).isEqualTo("v9.0.0");
        assertThat(holdfast.placement(new InstallKey(WORKSPACE, GREETER))).isInstanceOf(Placement.Live.class);
        clock.advance(Duration.ofHours(2));
        assertThat(holdfast.collect().failed()).isZero();
        assertThat(names(".staging/greeter")).isEmpty();
        assertThat(names(".flip/greeter")).isEmpty();
        assertThat(live()).isEqualTo("v9.0.0");
    }

    /** Returns the version that a reader finds, all of its files alike and marked. */
    String live() {
        return at(session -> {
            Optional<String> release = session.stat("greeter").flatMap(Entry::linkTarget);
            if (release.isEmpty()) {
                return NONE;
            }
            SortedMap<String, String> files = contents(session.download(release.get()));
            assertThat(files.remove(".complete")).as("the marker").isNotNull();
            return Optional.ofNullable(trees.get(files))
                    .orElseThrow(() -> new AssertionError("no whole version: " + files));
        });
    }

    private static SortedMap<String, String> contents(Bundle bundle) {
        try (bundle) {
            return Bundles.contents(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String recorded() {
        return holdfast.find(new InstallKey(WORKSPACE, GREETER))
                .map(Install::revision)
                .map(versions::get)
                .orElse(NONE);
    }

    List<String> names(String directory) {
        return at(session ->
                session.list(directory).stream().map(Entry::name).sorted().toList());
    }

    private List<String> traces() {
        return Stream.of(".releases/greeter", ".staging/greeter", ".flip/greeter", ".fence/greeter", ".previous")
                .map(directory -> directory + " " + names(directory))
                .toList();
    }

    private <T> T at(Function<TargetSession, T> question) {
        try (TargetSession session = target.open(address, Deadline.after(Duration.ofMinutes(1)))) {
            return question.apply(session);
        }
    }

    @Override
    public void close() {
        holdfast.close();
    }
}
