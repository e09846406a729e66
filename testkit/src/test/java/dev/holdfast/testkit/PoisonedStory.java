package dev.holdfast.testkit;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A Holdfast among whose places, upstreams, rules, listeners and reloaders some throw what their interfaces do not
 * allow.
 */
final class PoisonedStory implements DeliveryTarget, SourceResolver, AutoCloseable {

    static final PluginName PLUGIN = PluginName.of("greeter");

    final MutableClock clock = MutableClock.create();
    final FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create(clock));
    final List<HoldfastEvent> heard = new CopyOnWriteArrayList<>();
    /** What a word in an address, a location, or the name of a part makes its owner throw. */
    private final Map<String, Throwable> poisons = new ConcurrentHashMap<>();

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final DirectoryTarget places = DirectoryTarget.create().durable(false);
    private final Path root;
    private final Holdfast holdfast;

    PoisonedStory(Path root, UnaryOperator<HoldfastBuilder> wiring) {
        this.root = root;
        this.holdfast = wiring.apply(Holdfast.builder()
                        .store(store)
                        .resolver(this)
                        .target(this)
                        .clock(clock)
                        .listener(event -> throwing("listener"))
                        .listener(heard::add)
                        .reloader((workspace, change, deadline) -> throwing("reloader"))
                        .allow(source -> throwing("rule for " + source.location())))
                .build();
    }

    Holdfast holdfast() {
        return holdfast;
    }

    void poison(String word, Throwable what) {
        poisons.put(word, what);
    }

    void heal() {
        poisons.clear();
    }

    private boolean throwing(String name) {
        poisons.forEach((word, what) -> {
            if (name.contains(word)) {
                PoisonedStory.<RuntimeException>sneak(what);
            }
        });
        return true;
    }

    /** Throws also what the compiler would not let us, as code of another language does. */
    @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
    static <T extends Throwable> void sneak(Throwable what) throws T {
        throw (T) what;
    }

    void release(String location, String version) {
        sources.tag(location, version, sources.commit(location, Map.of("SKILL.md", version)));
    }

    ChangeReport install(String workspace, String location) {
        TargetAddress address = address(workspace);
        return holdfast.install(InstallRequest.of(
                        WorkspaceId.of(workspace), Source.parse("scripted://" + location + "#tag:v1.0.0"), address)
                .track(TrackedRef.latestTag()));
    }

    private TargetAddress address(String workspace) {
        return TargetAddress.parse("dir://" + root.resolve(workspace));
    }

    /** An update of that install waits for its policy. */
    void queue(String workspace, String location) {
        release(location, "v1.0.0");
        install(workspace, location);
        holdfast.setPolicy(new InstallKey(WorkspaceId.of(workspace), PLUGIN), UpdatePolicy.auto(Level.ANY), "alice");
        release(location, "v1.1.0");
        sweep();
    }

    /** Upstreams do not answer any more. */
    void stall() {
        sources.stall();
    }

    /** Upstreams answer again. */
    void release() {
        sources.release();
    }

    SweepReport sweep() {
        clock.advance(Duration.ofHours(2));
        return holdfast.sweeper().sweep();
    }

    /** A node began to uninstall there, and died. */
    void leaveOpen(String workspace) {
        store.journal()
                .open(NewOperation.of(
                                Operation.Kind.UNINSTALL,
                                new InstallKey(WorkspaceId.of(workspace), PLUGIN),
                                address(workspace),
                                "alice")
                        .heldBy("dead", Duration.ofSeconds(1)));
        clock.advance(Duration.ofMinutes(5));
    }

    List<Operation> operations(String workspace) {
        return holdfast.operations(new InstallKey(WorkspaceId.of(workspace), PLUGIN))
                .toList();
    }

    @Override
    public boolean serves(TargetAddress address) {
        return true;
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        throwing(address.path());
        return places.open(address, deadline);
    }

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
        throwing(upstream.key());
        return sources.resolve(upstream, refs, deadline);
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        return sources.fetch(source, revision, deadline);
    }

    @Override
    public void close() {
        holdfast.close();
    }
}
