package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Scripted upstreams, directories, two nodes on one store, and words for what operators do. */
final class DriftStory implements AutoCloseable {

    private final UnaryOperator<HoldfastBuilder> settings;
    private final MutableClock clock;
    private final Path root;
    private final TrackingStore store;
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final FaultyTarget target =
            FaultyTarget.around(DirectoryTarget.create().durable(false));
    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final List<Change> reloads = new CopyOnWriteArrayList<>();
    private volatile String refused = "nothing";
    private volatile String reloadFailure = "";
    private final Holdfast holdfast;
    private final Holdfast other;

    /** @param settings what a host sets besides */
    DriftStory(MutableClock clock, TrackingStore store, Path root, UnaryOperator<HoldfastBuilder> settings) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.root = root;
        this.holdfast = node("node-a");
        this.other = node("node-b");
    }

    private Holdfast node(String name) {
        return building(name).build();
    }

    private HoldfastBuilder building(String name) {
        return settings.apply(Holdfast.builder())
                .node(name)
                .clock(clock)
                .store(store)
                .resolver(resolver)
                .target(target)
                .allow(source -> !source.location().equals(refused))
                .listener(events::add)
                .reloader((workspace, change, deadline) -> {
                    reloads.add(change);
                    if (!reloadFailure.isEmpty()) {
                        throw new IllegalStateException(reloadFailure);
                    }
                })
                .timings(Timings.standard().operation(Duration.ofSeconds(30)).resolve(Duration.ofSeconds(2)));
    }

    Revision release(String tag) {
        return release("greeter", tag);
    }

    Revision release(String upstream, String tag) {
        return release(upstream, tag, Map.of("SKILL.md", tag));
    }

    Revision release(String upstream, String tag, Map<String, String> files) {
        Revision revision = resolver.commit(upstream, files);
        resolver.tag(upstream, tag, revision);
        return revision;
    }

    void install(String workspace, String ref, TrackedRef track) {
        install(workspace, "greeter", ref, track);
    }

    void install(String workspace, String upstream, String ref, TrackedRef track) {
        install(request(workspace, upstream, ref).track(track));
    }

    void install(InstallRequest request) {
        holdfast.install(request);
        clock.advance(Duration.ofSeconds(1));
    }

    InstallRequest request(String workspace, String upstream, String ref) {
        return InstallRequest.of(
                        WorkspaceId.of(workspace),
                        Source.parse("scripted://" + upstream + "#" + ref),
                        TargetAddress.parse("dir://" + root.resolve(workspace)))
                .by("tester");
    }

    /** An hour passes, and everything is asked. */
    SweepReport sweep() {
        clock.advance(Duration.ofMinutes(61));
        return holdfast.sweeper().sweep();
    }

    Update onlyPending() {
        assertThat(holdfast.updates().pending()).hasSize(1);
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    ApplyResult apply(Update update) {
        return holdfast.updates().apply(update.id(), update.to(), "alice");
    }

    /** As {@link #apply}, by a node of its own with other settings. */
    ApplyResult applyWith(Update update, UnaryOperator<HoldfastBuilder> wiring) {
        try (Holdfast third = wiring.apply(building("node-c")).build()) {
            return third.updates().apply(update.id(), update.to(), "alice");
        }
    }

    /** Installs by a node of its own with other settings. */
    ChangeReport installWith(InstallRequest request, UnaryOperator<HoldfastBuilder> wiring) {
        try (Holdfast third = wiring.apply(building("node-c")).build()) {
            return third.install(request);
        }
    }

    Update now(Update update) {
        return holdfast.updates().find(update.id()).orElseThrow();
    }

    List<Update> history(String workspace) {
        return holdfast.updates()
                .history(InstallKey.of(workspace, "greeter"), Page.Request.first(100))
                .items();
    }

    Revision live(String workspace) {
        Placement placement = holdfast.placement(InstallKey.of(workspace, "greeter"));
        Revision live = ((Placement.Live) placement).release().revision();
        assertThat(holdfast.find(InstallKey.of(workspace, "greeter"))
                        .orElseThrow()
                        .revision())
                .isEqualTo(live);
        return live;
    }

    /** The target loses all its releases behind our back. */
    void lose(String workspace) throws IOException {
        Path place = root.resolve(workspace);
        Files.move(place.resolve(".releases"), place.resolve("lost"));
    }

    long asked(String upstream) {
        return resolver.calls().stream()
                .filter(call -> call.startsWith("resolve scripted://" + upstream + " "))
                .count();
    }

    void refuse(String location) {
        refused = location;
    }

    void failReloads(String why) {
        reloadFailure = why;
    }

    List<Change> reloads() {
        return reloads;
    }

    <T extends HoldfastEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    ScriptedResolver resolver() {
        return resolver;
    }

    FaultyTarget target() {
        return target;
    }

    MutableClock clock() {
        return clock;
    }

    Holdfast holdfast() {
        return holdfast;
    }

    Holdfast other() {
        return other;
    }

    @Override
    public void close() {
        holdfast.close();
        other.close();
    }
}
