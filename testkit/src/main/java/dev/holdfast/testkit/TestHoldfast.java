package dev.holdfast.testkit;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.SweepReport;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A whole Holdfast for a host's unit tests: no server, no container, no network, and time passes when the test says so.
 *
 * <p>The store is in memory, upstreams are scripted, and every target address is served from a temporary directory, so
 * a host's own sources and addresses work as they are: {@code github://acme/greeter#tag:v1.0.0} into
 * {@code docker://ws-42/configs/plugins}. Store, sources and target break when the test says so. Its loops are not
 * started; a test calls what they would call.
 */
public final class TestHoldfast implements AutoCloseable {

    private final Path directory;
    private final MutableClock clock = MutableClock.create();
    private final FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create(clock));
    private final ScriptedResolver sources;
    private final StandInTarget places;
    private final FaultyTarget target;
    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final Holdfast holdfast;

    private TestHoldfast(String scheme, UnaryOperator<HoldfastBuilder> wiring) {
        try {
            this.directory = Files.createTempDirectory("holdfast-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.sources = ScriptedResolver.forScheme(scheme);
        this.places = new StandInTarget(directory);
        this.target = FaultyTarget.around(places);
        this.holdfast = wiring.apply(Holdfast.builder()
                        .store(store)
                        .resolver(sources)
                        .target(target)
                        .clock(clock)
                        .node("node-under-test")
                        .listener(events::add))
                .build();
    }

    /** Returns one whose sources begin with {@code github://}. */
    public static TestHoldfast create() {
        return create("github", builder -> builder);
    }

    /**
     * Returns one whose sources have another scheme, with what the host sets besides.
     *
     * @param wiring adds the host's own listeners, reloader, rules and settings
     */
    public static TestHoldfast create(String scheme, UnaryOperator<HoldfastBuilder> wiring) {
        return new TestHoldfast(scheme, wiring);
    }

    /** Returns the Holdfast under test. */
    public Holdfast holdfast() {
        return holdfast;
    }

    /** Returns the clock that it, its store and its policies live by. */
    public MutableClock clock() {
        return clock;
    }

    /** Returns the upstream of that location, such as {@code acme/greeter}; it exists from its first release on. */
    public TestUpstream upstream(String location) {
        return new TestUpstream(sources, location);
    }

    /** Lets time pass until every upstream is due, and sweeps. */
    public SweepReport sweep() {
        Instant due = holdfast.upstreams(Page.Request.first(Page.LARGEST)).items().stream()
                .map(UpstreamStatus::dueAt)
                .max(Comparator.naturalOrder())
                .orElse(clock.instant());
        if (due.isAfter(clock.instant())) {
            clock.set(due);
        }
        return holdfast.sweeper().sweep();
    }

    /**
     * Returns where a plugin is to be seen: its live path, to read below. The link is not there before it is installed.
     */
    public Path live(String workspace, String plugin) {
        return holdfast.find(InstallKey.of(workspace, plugin))
                .map(install -> places.root(install.address()).resolve(plugin))
                .orElse(directory.resolve("not-installed"));
    }

    /** Returns all that was told so far, in order. */
    public List<HoldfastEvent> events() {
        return List.copyOf(events);
    }

    /** Returns the store, to let it fail or hang. */
    public FaultyStore store() {
        return store;
    }

    /** Returns the sources, to let the next question fail, or all hang. */
    public ScriptedResolver sources() {
        return sources;
    }

    /** Returns the target, to let it be down or lose answers. */
    public FaultyTarget target() {
        return target;
    }

    /** Closes Holdfast and removes what was installed. */
    @Override
    public void close() {
        store.release();
        sources.release();
        holdfast.close();
        FileTree.delete(directory);
    }
}
