package dev.holdfast.contracts.history;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** What a history is about: one upstream, three workspaces, two nodes; and what people asked for so far. */
final class HistoryWorld implements AutoCloseable {

    static final PluginName PLUGIN = PluginName.of("greeter");
    static final Source SOURCE = Source.parse("scripted://greeter#ref:main");
    static final List<WorkspaceId> WORKSPACES =
            List.of(WorkspaceId.of("ws-1"), WorkspaceId.of("ws-2"), WorkspaceId.of("ws-3"));
    private static final List<TrackedRef> TRACKED =
            List.of(TrackedRef.latestTag(), TrackedRef.semver("^1.0"), TrackedRef.ref("main"));

    /** Real time, in which a caller waits for a destination that a dead node holds. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final MutableClock clock;
    private final TrackingStore store;
    private final Path root;
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final FaultyTarget target =
            FaultyTarget.around(DirectoryTarget.create().durable(false));
    private final List<Holdfast> nodes = new ArrayList<>();
    private final Holdfast observer;

    private final NavigableMap<Integer, Revision> versions = new TreeMap<>();
    private final List<Revision> everReleased = new ArrayList<>();
    private Revision main;
    private int newest;

    private final Set<Long> approved = new HashSet<>();
    private final Set<Long> retried = new HashSet<>();
    private final Map<InstallKey, Set<Revision>> wanted = new HashMap<>();

    HistoryWorld(MutableClock clock, TrackingStore store, Path root) {
        this.clock = clock;
        this.store = store;
        this.root = root;
        this.main = release(true);
        nodes.add(holdfast("node-a", store, resolver, target));
        nodes.add(holdfast("node-b", store, resolver, target));
        observer =
                holdfast("observer", store, resolver, DirectoryTarget.create().durable(false));
    }

    private Holdfast holdfast(String name, TrackingStore over, SourceResolver source, DeliveryTarget place) {
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(over)
                .resolver(source)
                .target(place)
                .timings(Timings.standard().operation(PATIENCE))
                .build();
    }

    /** Returns a node that lives as long as the history. */
    Holdfast node(int number) {
        return nodes.get(number);
    }

    /** Returns a node that may die at its points. */
    Holdfast mortal(Failpoints points) {
        return holdfast(
                "mortal", points.around(store), points.around((SourceResolver) resolver), points.around(target));
    }

    /** Returns a node whose target never fails, for looking and for putting in order. */
    Holdfast observer() {
        return observer;
    }

    TrackingStore store() {
        return store;
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

    Path live(WorkspaceId workspace) {
        return root.resolve(workspace.value()).resolve(PLUGIN.value());
    }

    static InstallKey key(WorkspaceId workspace) {
        return new InstallKey(workspace, PLUGIN);
    }

    Revision release(boolean deliverable) {
        newest++;
        // A bundle with a marker of its own is refused.
        String file = deliverable ? "SKILL.md" : ".complete";
        Revision revision = resolver.commit(PLUGIN.value(), Map.of(file, "version " + newest));
        resolver.tag(PLUGIN.value(), name(newest), revision);
        resolver.branch(PLUGIN.value(), "main", revision);
        versions.put(newest, revision);
        everReleased.add(revision);
        main = revision;
        return revision;
    }

    private static String name(int version) {
        return "v1." + version + ".0";
    }

    void takeBack() {
        if (versions.size() > 1) {
            resolver.remove(PLUGIN.value(), "refs/tags/" + name(versions.lastKey()));
            versions.remove(versions.lastKey());
        }
    }

    void forcePush(Random random) {
        main = everReleased.get(random.nextInt(everReleased.size()));
        resolver.branch(PLUGIN.value(), "main", main);
    }

    /** Returns where a ref stands upstream. */
    Revision standing(TrackedRef ref) {
        return ref instanceof TrackedRef.Ref ? main : versions.lastEntry().getValue();
    }

    WorkspaceId workspace(Random random) {
        return WORKSPACES.get(random.nextInt(WORKSPACES.size()));
    }

    /** Returns a wish to install any version, or the branch, noted as wanted. */
    InstallRequest request(Random random) {
        WorkspaceId workspace = workspace(random);
        List<Integer> numbers = List.copyOf(versions.keySet());
        int number = numbers.get(random.nextInt(numbers.size()));
        boolean branch = random.nextInt(4) == 0;
        want(key(workspace), branch ? main : standing(number));
        return InstallRequest.of(
                        workspace,
                        Source.parse("scripted://greeter#" + (branch ? "ref:main" : "tag:" + name(number))),
                        TargetAddress.parse("dir://" + root.resolve(workspace.value())))
                .track(TRACKED.get(random.nextInt(TRACKED.size())));
    }

    private Revision standing(int number) {
        return Optional.ofNullable(versions.get(number)).orElseThrow();
    }

    void approve(Update update) {
        approved.add(update.id());
        want(((dev.holdfast.spi.Subject.PluginSubject) update.subject()).key(), update.to());
    }

    boolean isApproved(Update update) {
        return approved.contains(update.id());
    }

    void retry(Update update) {
        retried.add(update.id());
    }

    boolean wasRetried(Update update) {
        return retried.contains(update.id());
    }

    private void want(InstallKey key, Revision revision) {
        wanted.computeIfAbsent(key, k -> new HashSet<>()).add(revision);
    }

    /** Returns whether somebody ever asked for this revision there. */
    boolean isWanted(InstallKey key, Revision revision) {
        return wanted.getOrDefault(key, Set.of()).contains(revision);
    }

    void rolledBack(ChangeReport report) {
        Revision left = report.from().orElseThrow();
        if (!store.updates().bad(report.key()).contains(left)) {
            throw new AssertionError("rolled back from " + left + ", which is not remembered as bad");
        }
    }

    /** Returns all updates, newest first. */
    List<Update> updates() {
        return store.updates()
                .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(Page.LARGEST))
                .items();
    }

    Update find(Update update) {
        return store.updates().find(update.id()).orElseThrow();
    }

    Optional<Update> any(Random random, UpdateStatus... statuses) {
        List<Update> some = updates().stream()
                .filter(update -> Set.of(statuses).contains(update.status()))
                .toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    @Override
    public void close() {
        nodes.forEach(Holdfast::close);
        observer.close();
    }
}
