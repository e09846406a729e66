package dev.holdfast.contracts.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One history of callers who want different things in the same places. */
final class RivalsWorld implements AutoCloseable {

    private static final PluginName GREETER = PluginName.of("greeter");
    private static final List<String> WORKSPACES = List.of("ws-1", "ws-2", "ws-3", "ws-4");
    private static final List<String> DIRECTORIES = List.of("first", "second");
    private static final List<String> ADDRESSES = List.of("first", "second", "alias");
    private static final List<String> SOURCES = List.of("one", "two");
    private static final int VERSIONS = 3;
    private static final int CALLERS = 8;
    private static final int WISHES = 2;
    private static final int ONE_DIES_OF = 4;
    private static final int LAST_CALL = 60;

    /** Real time, in which a caller waits for a place that another one holds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final MutableClock clock;
    private final TrackingStore store;
    private final Path root;
    private final long seed;
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final DeliveryTarget target = DirectoryTarget.create().durable(false);
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<Holdfast> nodes = new ArrayList<>();
    private final Holdfast observer;

    RivalsWorld(MutableClock clock, TrackingStore store, Path root, long seed) throws IOException {
        this.clock = clock;
        this.store = store;
        this.root = root;
        this.seed = seed;
        for (String directory : DIRECTORIES) {
            Files.createDirectory(root.resolve(directory));
        }
        Files.createSymbolicLink(root.resolve("alias"), root.resolve("first"));
        for (String source : SOURCES) {
            for (int version = 1; version <= VERSIONS; version++) {
                sources.tag(source, "v" + version, sources.commit(source, Map.of("SKILL.md", source + " " + version)));
            }
        }
        nodes.add(node("node-a", store, sources, target));
        nodes.add(node("node-b", store, sources, target));
        observer = node("observer", store, sources, target);
    }

    private Holdfast node(String name, TrackingStore over, SourceResolver resolver, DeliveryTarget place) {
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(over)
                .resolver(resolver)
                .target(place)
                .timings(Timings.standard().operation(PATIENCE))
                .build();
    }

    /** The end of a node: nothing in the engine catches it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the node died, as the history wants it");
        }
    }

    void run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                Random random = new Random(seed * CALLERS + caller);
                callers.add(() -> {
                    for (int i = 0; i < WISHES; i++) {
                        wish(random);
                    }
                    return null;
                });
            }
            for (Future<Void> ended : threads.invokeAll(callers)) {
                ended.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Who dies leaves what he holds to the others: as time passes, all leases run out, also those of the living. */
    private void wish(Random random) {
        if (random.nextInt(ONE_DIES_OF) > 0) {
            wish(nodes.get(random.nextInt(nodes.size())), random);
            return;
        }
        int call = 1 + random.nextInt(LAST_CALL);
        Failpoints points = Failpoints.at(point -> point.number() == call, () -> {
            throw new Died();
        });
        try (Holdfast mortal =
                node("mortal", points.around(store), points.around((SourceResolver) sources), points.around(target))) {
            wish(mortal, random);
        }
        clock.advance(Duration.ofMinutes(3));
        observer.recover();
    }

    private void wish(Holdfast node, Random random) {
        WorkspaceId workspace = WorkspaceId.of(WORKSPACES.get(random.nextInt(WORKSPACES.size())));
        InstallRequest request = request(workspace, random);
        int what = random.nextInt(10);
        String wish = what < 6
                ? "install " + request.source() + " at " + request.address()
                : List.of("roll back", "repair", "uninstall", "uninstall").get(what - 6);
        try {
            switch (what) {
                case 6 -> node.rollback(new InstallKey(workspace, GREETER), "tester");
                case 7 -> node.repair(new InstallKey(workspace, GREETER), "tester");
                case 8, 9 -> node.uninstall(new InstallKey(workspace, GREETER), "tester");
                default -> node.install(request);
            }
            log.add(workspace + ": " + wish + ": done");
        } catch (HoldfastException e) {
            log.add(workspace + ": " + wish + ": " + e.reason());
        } catch (Died end) {
            log.add(workspace + ": " + wish + ": died");
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof Died)) {
                throw new AssertionError("an engine that is not dead broke down", e);
            }
        }
    }

    private InstallRequest request(WorkspaceId workspace, Random random) {
        String source = SOURCES.get(random.nextInt(SOURCES.size()));
        String address = ADDRESSES.get(random.nextInt(ADDRESSES.size()));
        InstallRequest request = InstallRequest.of(
                        workspace,
                        Source.parse("scripted://" + source + "#tag:v" + (1 + random.nextInt(VERSIONS))),
                        TargetAddress.parse("dir://" + root.resolve(address)))
                .as(GREETER);
        return random.nextInt(3) == 0 ? request.replacingSource() : request;
    }

    void check() throws IOException {
        clock.advance(Duration.ofHours(1));
        assertThat(observer.recover().items())
                .as("what was left over, after " + log)
                .allSatisfy(item -> assertThat(item.outcome()).isPresent());
        assertThat(observer.recover().items()).as("a second recovery").isEmpty();
        List<Install> installs = observer.installs(Page.Request.first(100)).items();
        for (Install install : installs) {
            assertThat(observer.verify(new InstallKey(install.workspace(), GREETER)))
                    .as("%s at %s, after %s", install.key(), install.address(), log)
                    .isInstanceOf(Verification.Intact.class);
            assertThat(Files.readString(Path.of(install.address().path()).resolve("greeter/SKILL.md")))
                    .isEqualTo(content(install));
        }
        for (String directory : DIRECTORIES) {
            long recorded = installs.stream()
                    .filter(install -> isAt(install, directory))
                    .count();
            boolean live = Files.exists(root.resolve(directory).resolve("greeter"), LinkOption.NOFOLLOW_LINKS);
            assertThat(recorded).as("records of %s, after %s", directory, log).isEqualTo(live ? 1 : 0);
        }
    }

    private String content(Install install) {
        return install.origin().source().location() + " "
                + install.release().version().orElseThrow().substring(1);
    }

    private boolean isAt(Install install, String directory) {
        try {
            return Path.of(install.address().path())
                    .toRealPath()
                    .equals(root.resolve(directory).toRealPath());
        } catch (IOException e) {
            throw new AssertionError("a directory is gone", e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(Holdfast::close);
        observer.close();
    }
}
