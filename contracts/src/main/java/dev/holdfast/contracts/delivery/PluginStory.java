package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.release.Adoption;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Reuse;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/** One plugin {@code greeter} of one workspace, two nodes that share a store, and words for what happens to it. */
final class PluginStory implements AutoCloseable {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");

    private final MutableClock clock = MutableClock.create();
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final FaultyTarget target;
    private final TargetAddress address;
    private Adoption adoption;
    private String[] verifyIgnores = {};
    private Reuse reuse = Reuse.listed().atLeast(0);
    private TrackingStore store;
    private Holdfast holdfast;
    private Holdfast other;

    PluginStory(DeliveryTarget target, TargetAddress address) {
        this(target, address, Adoption.REFUSE);
    }

    PluginStory(DeliveryTarget target, TargetAddress address, Adoption adoption) {
        this.adoption = adoption;
        this.target = FaultyTarget.around(target);
        this.address = address;
        this.store = InMemoryTrackingStore.create(clock);
        this.holdfast = node("node-a");
        this.other = node("node-b");
    }

    private Holdfast node(String name) {
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(store)
                .resolver(resolver)
                .target(target)
                .reuse(reuse)
                .adoption(adoption)
                .verifyIgnores(verifyIgnores)
                .limits(BundleLimits.standard().bytes(4_000_000, 1_000_000))
                .timings(Timings.standard().operation(Duration.ofMinutes(1)))
                .build();
    }

    /** A new store and new nodes, as after a lost database. */
    void forgetEverything() {
        close();
        store = InMemoryTrackingStore.create(clock);
        holdfast = node("node-a");
        other = node("node-b");
    }

    /** New nodes over the same store. */
    void verifyIgnores(String... patterns) {
        close();
        verifyIgnores = patterns;
        holdfast = node("node-a");
        other = node("node-b");
    }

    /** New nodes over the same store. */
    void reuse(Reuse way) {
        close();
        reuse = way;
        holdfast = node("node-a");
        other = node("node-b");
    }

    /** As {@link #forgetEverything()}; the new nodes adopt in another way. */
    void forgetEverything(Adoption way) {
        adoption = way;
        forgetEverything();
    }

    Revision release(String tag, String text) {
        return release(tag, Map.of("SKILL.md", text, "bin/run*", "#!/bin/sh\n", "d/e/f", tag));
    }

    Revision release(String tag, Map<String, String> files) {
        Revision revision = resolver.commit("greeter", files);
        resolver.tag("greeter", tag, revision);
        return revision;
    }

    /** What a target that makes hard links tells of the files of a directory. */
    List<FileFacts> survey(String directory) {
        ScriptResult result = at(session -> session.run(FileScript.of(new FileStep.SurveyFiles(directory))));
        ScriptResult.Answer answer = ((ScriptResult.Completed) result).answers().get(0);
        return ((ScriptResult.Answer.Files) answer).files().orElseThrow();
    }

    InstallRequest request(String ref) {
        return InstallRequest.of(WORKSPACE, Source.parse("scripted://greeter#" + ref), address);
    }

    ChangeReport install(String ref) {
        clock.advance(Duration.ofMillis(1));
        return holdfast.install(request(ref));
    }

    ChangeReport rollback() {
        return holdfast.rollback(new InstallKey(WORKSPACE, GREETER), "tester");
    }

    ChangeReport uninstall() {
        return holdfast.uninstall(new InstallKey(WORKSPACE, GREETER), "tester");
    }

    ChangeReport repair() {
        clock.advance(Duration.ofMillis(1));
        return holdfast.repair(new InstallKey(WORKSPACE, GREETER), "tester");
    }

    /** Writes over a file of the live release, as somebody with access to the place might. */
    void tamper() {
        String release = ".releases/greeter/" + recorded().release().stamp();
        onTarget(new FileStep.WriteFile(release + "/SKILL.md", "changed"));
    }

    Verification verify() {
        return holdfast.verify(new InstallKey(WORKSPACE, GREETER));
    }

    Install recorded() {
        return holdfast.find(new InstallKey(WORKSPACE, GREETER)).orElseThrow();
    }

    TargetAddress address() {
        return address;
    }

    WorkspaceId workspace() {
        return WORKSPACE;
    }

    MutableClock clock() {
        return clock;
    }

    ScriptedResolver resolver() {
        return resolver;
    }

    FaultyTarget target() {
        return target;
    }

    TrackingStore store() {
        return store;
    }

    Holdfast holdfast() {
        return holdfast;
    }

    Holdfast other() {
        return other;
    }

    /**
     * The record says what the marker at the live path says, nothing is open, and the tree is the one that was
     * recorded.
     */
    void assertRecordAgrees() {
        Placement placement = holdfast.placement(new InstallKey(WORKSPACE, GREETER));
        assertThat(placement).isInstanceOf(Placement.Live.class);
        assertThat(((Placement.Live) placement).release()).isEqualTo(recorded().release());
        assertThat(holdfast.operations(new InstallKey(WORKSPACE, GREETER)))
                .allSatisfy(operation -> assertThat(operation.outcome()).isPresent());
    }

    void assertConflict(InstallRequest request) {
        assertThatThrownBy(() -> holdfast.install(request))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
    }

    /** What a reader sees that resolves the live path once: path to content, the marker left out. */
    SortedMap<String, String> live() {
        return read("greeter");
    }

    SortedMap<String, String> read(String plugin) {
        return at(session -> {
            String release = session.stat(plugin).flatMap(Entry::linkTarget).orElseThrow();
            try (Bundle bundle = session.download(release)) {
                SortedMap<String, String> contents = Bundles.contents(bundle);
                assertThat(contents).containsKey(".complete");
                contents.remove(".complete");
                return contents;
            } catch (IOException e) {
                throw new AssertionError("the live release cannot be read", e);
            }
        });
    }

    List<String> list(String directory) {
        return at(session -> session.list(directory).stream().map(Entry::name).toList());
    }

    String kind(String path) {
        return at(session -> TargetPlace.kind(session, path));
    }

    String text(String path) {
        Optional<byte[]> bytes = at(session -> session.read(path, 10_000));
        return bytes.map(content -> new String(content, StandardCharsets.UTF_8)).orElse("nothing");
    }

    void onTarget(FileStep... steps) {
        if (at(session -> session.stat("set-up").isEmpty())) {
            at(session -> {
                session.upload("set-up", Bundles.of("x", "x"), dev.holdfast.spi.delivery.Progress.NONE);
                return true;
            });
        }
        ScriptResult result = at(session -> session.run(FileScript.of(steps)));
        assertThat(result).isEqualTo(new ScriptResult.Completed());
    }

    private <T> T at(Function<TargetSession, T> question) {
        try (TargetSession session = target.open(address, Deadline.after(Duration.ofMinutes(1)))) {
            return question.apply(session);
        }
    }

    @Override
    public void close() {
        holdfast.close();
        other.close();
    }
}
