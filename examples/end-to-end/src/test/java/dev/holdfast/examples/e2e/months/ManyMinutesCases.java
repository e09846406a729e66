package dev.holdfast.examples.e2e.months;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection each minute, ten thousand times, which is a week: what was delivered before stays what counts. */
abstract class ManyMinutesCases {

    private static final int MINUTES = 10_000;
    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    @TempDir
    private Path root;

    private final MutableClock clock = MutableClock.create();
    private final Sources sources = new Sources();
    private final List<Holdfast> nodes = new ArrayList<>();
    private Places places;
    private TrackingStore store;

    /** Returns an empty store whose times are measured by {@code clock}. */
    abstract TrackingStore store(MutableClock movable);

    @BeforeEach
    void build() {
        store = store(clock);
        places = new Places(root, clock, List.of(KEY));
    }

    @AfterEach
    void close() {
        nodes.forEach(Holdfast::close);
    }

    @Test
    void aWorkspaceThatWasStoppedForAWeekCanBeRolledBack() throws Exception {
        Holdfast node = node("node-1", builder -> builder);
        for (int version = 1; version <= 4; version++) {
            deliver(node);
        }
        places.stop(KEY.workspace());

        minutesPass(node);
        places.bringBack(KEY.workspace());
        clock.advance(Duration.ofDays(1));
        node.collect();

        assertThat(releases()).isEqualTo(3);
        node.rollback(KEY, "alice");
        assertThat(content()).isEqualTo("greeter 3");
    }

    @Test
    void twoNodesThatCollectForAWeekKeepTheWayBackAndWriteNothing() throws Exception {
        Holdfast one = node("node-1", builder -> builder);
        Holdfast other = node("node-2", builder -> builder);
        deliver(one);
        minutesPass(one, other);
        deliver(one);
        minutesPass(one, other);

        assertThat(audited()).isEqualTo(Map.of("install", 1L, "upgrade", 1L));
        one.rollback(KEY, "alice");
        assertThat(content()).isEqualTo("greeter 1");
    }

    @Test
    void anUpdateThatFailsItsProbationIsPutBackAfterItsPlaceWasAwayForAWeek() throws Exception {
        Holdfast node = node(
                "node-1",
                builder -> builder.healthProbe(
                        (workspace, change, deadline) -> Health.unhealthy("no"),
                        new Probation(1, Duration.ofMillis(100), Duration.ofMillis(200))));
        deliver(node);
        places.unplug(KEY.workspace());
        minutesPass(node);
        places.bringBack(KEY.workspace());

        sources.release("greeter", Sources.Quality.GOOD);
        node.sweeper().check(sources.source("greeter"));
        Update update = node.updates().pending().findFirst().orElseThrow();
        ApplyResult result = node.updates().apply(update.id(), update.to(), "alice");

        assertThat(result).isInstanceOf(ApplyResult.Failed.class);
        assertThat(content()).isEqualTo("greeter 1");
        assertThat(store.updates().bad(KEY))
                .extracting(Revision::value)
                .containsExactly(update.to().value());
    }

    private Holdfast node(String name, UnaryOperator<HoldfastBuilder> settings) {
        Holdfast node = settings.apply(Holdfast.builder()
                        .node(name)
                        .clock(clock)
                        .store(store)
                        .resolver(sources.resolver())
                        .target(places.target()))
                .build();
        nodes.add(node);
        return node;
    }

    private void deliver(Holdfast node) {
        sources.release("greeter", Sources.Quality.GOOD);
        clock.advance(Duration.ofMinutes(1));
        node.install(InstallRequest.of(KEY.workspace(), sources.source("greeter"), places.address(KEY.workspace()))
                .track(TrackedRef.latestTag()));
    }

    private void minutesPass(Holdfast... collecting) {
        for (int minute = 0; minute < MINUTES; minute++) {
            clock.advance(Duration.ofMinutes(1));
            for (Holdfast node : collecting) {
                node.collect();
            }
        }
    }

    /** Returns how often the audit says what, of its newest rows. */
    private Map<String, Long> audited() {
        return store.audit().list(Page.Request.first(Page.LARGEST)).items().stream()
                .collect(Collectors.groupingBy(AuditEntry::action, Collectors.counting()));
    }

    private long releases() throws IOException {
        try (Stream<Path> found = Files.list(places.directory(KEY.workspace()).resolve(".releases/greeter"))) {
            return found.count();
        }
    }

    private String content() throws IOException {
        return Files.readString(places.directory(KEY.workspace()).resolve("greeter/SKILL.md"));
    }
}
