package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport;
import dev.holdfast.CollectReport;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One plugin in one workspace, any number of nodes that share a store, and time that passes when the test says so. */
final class RetentionStory implements AutoCloseable {

    static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    static final PluginName GREETER = PluginName.of("greeter");
    static final InstallKey KEY = new InstallKey(WORKSPACE, GREETER);

    private final MutableClock clock;
    private final TrackingStore store;
    private final Path root;
    private final FaultyTarget target;
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final List<Holdfast> nodes = new ArrayList<>();

    RetentionStory(MutableClock clock, TrackingStore store, Path root) {
        this(clock, store, root, DirectoryTarget.create().durable(false));
    }

    RetentionStory(MutableClock clock, TrackingStore store, Path root, DeliveryTarget target) {
        this.target = FaultyTarget.around(target);
        this.clock = clock;
        this.store = store;
        this.root = root;
    }

    /** Adds nodes with this grace, and whatever else their host sets. */
    RetentionStory nodes(int count, Duration grace, UnaryOperator<HoldfastBuilder> settings) {
        for (int i = 0; i < count; i++) {
            nodes.add(settings.apply(Holdfast.builder())
                    .node("node-" + nodes.size())
                    .clock(clock)
                    .store(store)
                    .resolver(sources)
                    .target(target)
                    .listener(events::add)
                    .timings(Timings.standard().grace(grace))
                    .build());
        }
        return this;
    }

    Holdfast node() {
        return nodes.get(0);
    }

    MutableClock clock() {
        return clock;
    }

    FaultyTarget target() {
        return target;
    }

    ScriptedResolver sources() {
        return sources;
    }

    List<HoldfastEvent> events() {
        return events;
    }

    /** A commit of that text becomes the branch that installs follow. */
    Revision release(String text) {
        Revision revision = sources.commit("acme/greeter", Map.of("SKILL.md", text, "d/more", text));
        sources.branch("acme/greeter", "main", revision);
        return revision;
    }

    /** Releases and installs texts, one after the other. */
    void installed(String... texts) {
        for (String text : texts) {
            release(text);
            install();
        }
    }

    ChangeReport install() {
        clock.advance(Duration.ofMillis(1));
        return node().install(InstallRequest.of(
                        WORKSPACE,
                        Source.parse("scripted://acme/greeter#ref:main"),
                        TargetAddress.parse("dir://" + root))
                .by("tester"));
    }

    ChangeReport rollback() {
        return node().rollback(new InstallKey(WORKSPACE, GREETER), "tester");
    }

    /** The branch moves, and the update that a look queues is applied. */
    ApplyResult updated(String text) {
        release(text);
        node().sweeper()
                .check(node().upstreams(Page.Request.first(1)).items().get(0).upstream());
        Update update = node().updates().pending().findFirst().orElseThrow();
        return node().updates().apply(update.id(), update.to(), "tester");
    }

    /** Attempts that failed before anything was delivered, as the journal has them. */
    void attempted(int times) {
        Install install = node().find(new InstallKey(WORKSPACE, GREETER)).orElseThrow();
        for (int i = 0; i < times; i++) {
            clock.advance(Duration.ofMillis(1));
            Goal goal = new Goal(
                    install.origin(), Stamp.of(clock.instant(), i), Revision.of("f".repeat(40)), Optional.empty());
            NewOperation wanted = NewOperation.of(Kind.UPGRADE, KEY, install.address(), "tester")
                    .goal(goal)
                    .heldBy("node-0", Duration.ofMinutes(1));
            Opening opening = store.journal().open(wanted);
            store.journal().close(((Opening.Opened) opening).operation(), Closing.failed("upstream is down"));
        }
    }

    /** Time passes, and after each step every node does what its loop does. */
    void ticks(int count, Duration step) {
        for (int i = 0; i < count; i++) {
            clock.advance(step);
            nodes.forEach(Holdfast::collect);
        }
    }

    /** Somebody with access to the place writes over a file of what is live. */
    void damaged() {
        try {
            Files.writeString(root.resolve("greeter").toRealPath().resolve("SKILL.md"), "changed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CollectReport collect() {
        return node().collect();
    }

    /** Nobody can reach the place while this is done. */
    void whileAway(Runnable meanwhile) {
        target.down(true);
        meanwhile.run();
        target.down(false);
    }

    String live() {
        return text(root.resolve("greeter/SKILL.md"));
    }

    /** What the releases that are on the target say, in order. */
    List<String> releases() {
        return entries(root.resolve(".releases/greeter")).stream()
                .filter(path -> Files.exists(path.resolve(".complete")))
                .map(path -> text(path.resolve("SKILL.md")))
                .sorted()
                .toList();
    }

    Path root() {
        return root;
    }

    static List<Path> entries(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(directory)) {
            return list.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<AuditEntry> audit() {
        return node().audit(Page.Request.first(Page.LARGEST)).items();
    }

    /** The actions of the audit, oldest first. */
    List<String> audited() {
        List<String> actions = new ArrayList<>(node().audit(Page.Request.first(Page.LARGEST)).items().stream()
                .map(AuditEntry::action)
                .toList());
        java.util.Collections.reverse(actions);
        return actions;
    }

    void assertLive(String text) {
        assertThat(live()).isEqualTo(text);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(Holdfast::close);
    }
}
