package dev.holdfast.examples.e2e.months;

import dev.holdfast.Automation;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.Probation;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Four nodes over one store, the places and sources that they share, and an onlooker to whom everything answers. */
final class Fleet implements AutoCloseable {

    static final int KEEP = 3;
    static final List<String> PLUGINS = List.of("alpha", "beta", "gamma", "delta");
    static final List<WorkspaceId> WORKSPACES = IntStream.rangeClosed(1, 6)
            .mapToObj(number -> WorkspaceId.of("ws-" + number))
            .toList();
    /** Real time: how long a call waits for a destination that somebody holds. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final MutableClock clock;
    private final TrackingStore store;
    private final Duration grace;
    private final AtomicLong calls = new AtomicLong();
    private final Tally tally = new Tally();
    private final Sources sources = new Sources();
    private final List<InstallKey> keys = new ArrayList<>();
    private final Places places;
    private final List<Node> nodes = new ArrayList<>();
    private final Holdfast onlooker;
    private final Foresight foresight;

    Fleet(MutableClock clock, TrackingStore store, Path root, Duration grace) {
        this.clock = clock;
        this.store = store;
        this.grace = grace;
        WORKSPACES.forEach(workspace -> PLUGINS.forEach(plugin -> keys.add(InstallKey.of(workspace.value(), plugin))));
        places = new Places(root, clock, keys);
        TrackingStore counted = Seam.around(store, (method, arguments, real) -> {
            calls.incrementAndGet();
            return real.call();
        });
        Node.Parts parts = new Node.Parts(counted, sources.resolver(), places.target(), this::settings);
        for (int number = 1; number <= 4; number++) {
            nodes.add(new Node("node-" + number, parts));
        }
        // Who only looks waits for nobody, so a slow machine costs it nothing.
        Node.Parts looking = new Node.Parts(
                store,
                sources.resolver(),
                DirectoryTarget.create().durable(false),
                builder -> settings(builder).timings(Timings.standard().grace(grace)));
        onlooker = looking.holdfast("onlooker");
        foresight = new Foresight(looking);
    }

    private HoldfastBuilder settings(HoldfastBuilder builder) {
        return builder.clock(clock)
                .keepReleases(KEEP)
                .timings(Timings.standard().operation(PATIENCE).grace(grace))
                .automation(Automation.standard().mostPerPass(100))
                .healthProbe(
                        (workspace, change, deadline) ->
                                sources.probe(change.to().orElseThrow()),
                        new Probation(1, Duration.ofMillis(100), Duration.ofMillis(120)))
                .listener(tally::hear);
    }

    List<Node> nodes() {
        return nodes;
    }

    List<InstallKey> keys() {
        return keys;
    }

    Places places() {
        return places;
    }

    Sources sources() {
        return sources;
    }

    Duration grace() {
        return grace;
    }

    MutableClock clock() {
        return clock;
    }

    TrackingStore store() {
        return store;
    }

    Tally tally() {
        return tally;
    }

    /** Returns how often the nodes have asked their store for something. */
    long calls() {
        return calls.get();
    }

    /** Returns the newest operations of an install, as many as anybody is given. */
    List<Operation> operations(InstallKey key) {
        return onlooker.operations(key).toList();
    }

    /**
     * Returns what is no way back: what is remembered as bad, and what never passed a probation, also after a retry
     * forgot that.
     */
    Set<Revision> bad(InstallKey key) {
        Set<Revision> bad = new HashSet<>(sources.sick());
        bad.addAll(store.updates().bad(key));
        return bad;
    }

    /** Returns those that are no collections, for messages. */
    List<Operation> deliveries(InstallKey key) {
        return operations(key).stream()
                .filter(operation -> operation.kind() != Kind.COLLECT)
                .toList();
    }

    /** Returns the operation that is under way there. */
    Optional<Operation> open(InstallKey key) {
        return operations(key).stream()
                .findFirst()
                .filter(operation -> operation.outcome().isEmpty());
    }

    /** Returns a Holdfast that reaches every place whether it is away or not. */
    Holdfast onlooker() {
        return onlooker;
    }

    Foresight foresight() {
        return foresight;
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        onlooker.close();
        foresight.close();
    }
}
