package dev.holdfast.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.ContainerReport.Listing;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.images.ImageReport;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FaultyStore;
import dev.holdfast.testkit.FaultyTarget;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import dev.holdfast.webhook.Webhook;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HoldfastMetricsTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-secret");
    private static final ContainerKey GONE = ContainerKey.parse("host/site/web/1");
    private static final PluginName GREETER = PluginName.of("greeter");

    private final MockClock registryClock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, registryClock);
    private final MutableClock clock = MutableClock.create();
    private final FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create(clock));
    private final FaultyTarget target =
            FaultyTarget.around(DirectoryTarget.create().durable(false));
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");

    @TempDir
    Path root;

    @SuppressWarnings("NullAway.Init")
    private Holdfast holdfast;

    @BeforeEach
    void build() {
        HoldfastBuilder builder = Holdfast.builder()
                .store(store)
                .resolver(resolver)
                .target(target)
                .clock(clock)
                .reloader((workspace, change, deadline) -> {});
        holdfast = MetricsWiring.wire(builder, registry);
    }

    @AfterEach
    void close() {
        holdfast.close();
    }

    @Test
    void aChangeIsCountedByItsKindAndTimedInItsTwoHalves() {
        release("v1.0.0");
        install();
        install();

        assertThat(count("holdfast.operations", "kind", "install", "outcome", "succeeded", "reason", "none"))
                .isEqualTo(1);
        assertThat(count("holdfast.reloads", "outcome", "taken")).isEqualTo(1);
        for (String half : List.of("holdfast.operation.preparing", "holdfast.operation.swapping")) {
            var timer = registry.get(half).tag("kind", "install").timer();
            assertThat(timer.count()).isEqualTo(1);
            assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        }
    }

    @Test
    void aFailureIsCountedByItsReason() {
        release("v1.0.0");
        target.loseNextScript();

        assertThatThrownBy(this::install).isInstanceOf(HoldfastException.class);

        assertThat(count("holdfast.recovered", "kind", "install", "outcome", "failed"))
                .isEqualTo(1);
    }

    @Test
    void aDriftIsCountedAndAgesUntilItIsApplied() {
        release("v1.0.0");
        install();
        release("v2.0.0");
        sweep();
        clock.advance(Duration.ofHours(5));
        assertThat(count("holdfast.updates.queued", "why", "upstream_moved")).isEqualTo(1);
        assertThat(gauge("holdfast.updates", "status", "pending")).isEqualTo(1);
        assertThat(gauge("holdfast.updates", "status", "failed")).isZero();
        assertThat(gauge("holdfast.updates", "status", "retrying")).isZero();
        assertThat(registry.get("holdfast.drift.age").timeGauge().value(TimeUnit.HOURS))
                .isEqualTo(5);

        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        holdfast.updates().apply(update.id(), update.to(), "alice");
        later();

        assertThat(gauge("holdfast.updates", "status", "pending")).isZero();
        assertThat(registry.get("holdfast.drift.age").timeGauge().value()).isZero();
        assertThat(count("holdfast.operations", "kind", "upgrade", "outcome", "succeeded", "reason", "none"))
                .isEqualTo(1);
    }

    @Test
    void aQuarantineAndARolloutAreCountedByWhatBecomesOfThem() {
        release("v1.0.0");
        install();
        release("v2.0.0");
        sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        Source source = Source.parse("scripted://greeter");
        holdfast.rollouts().setPlan("careful", RolloutPlan.parse("ring rest"), "alice");
        long rollout = holdfast.rollouts()
                .start("careful", source, update.to(), "alice")
                .id();
        holdfast.rollouts().stop(rollout, "alice", "");

        Declaration declaration = Declaration.of(Quarantine.Content.revision(update.to()), "slow", "alice");
        holdfast.quarantines().lift(holdfast.quarantines().declare(declaration).id(), "alice", "");

        assertThat(count("holdfast.rollouts.moved", "state", "running")).isEqualTo(1);
        assertThat(count("holdfast.rollouts.moved", "state", "stopped")).isEqualTo(1);
        assertThat(count("holdfast.quarantines", "decision", "declared")).isEqualTo(1);
        assertThat(count("holdfast.quarantines", "decision", "lifted")).isEqualTo(1);
    }

    @Test
    void whatDiffersFromItsRecordIsCountedByItsCondition() {
        release("v1.0.0");
        install();
        FileTree.delete(root);
        clock.advance(Duration.ofDays(1));

        holdfast.inspections().inspect();
        later();

        assertThat(count("holdfast.inspections", "outcome", "looked")).isEqualTo(1);
        assertThat(count("holdfast.targets.differ", "condition", "missing")).isEqualTo(1);
        assertThat(gauge("holdfast.installs.differing")).isEqualTo(1);
    }

    @Test
    void whatASweepFindsIsCountedByOutcomeAndWhatItCannotAskByReason() {
        release("v1.0.0");
        install();
        sweep();
        resolver.failNext(new TransientException(Reason.UNREACHABLE, "no route"));
        sweep();

        assertThat(count("holdfast.sweeps")).isEqualTo(2);
        assertThat(count("holdfast.upstreams.asked", "outcome", "unchanged")).isEqualTo(1);
        assertThat(count("holdfast.upstreams.asked", "outcome", "failed")).isEqualTo(1);
        assertThat(count("holdfast.upstreams.failures", "reason", "unreachable"))
                .isEqualTo(1);
        assertThat(gauge("holdfast.upstreams", "standing", "failing")).isEqualTo(1);
        assertThat(gauge("holdfast.health", "verdict", "degraded")).isEqualTo(1);
        assertThat(gauge("holdfast.health", "verdict", "ready")).isZero();
    }

    @Test
    void theLagOfSweepsIsHowLongTheLongestDueHasWaited() {
        release("v1.0.0");
        install();
        sweep();
        clock.advance(Duration.ofMinutes(100));

        // Due times are spread: an upstream is due up to a tenth of the hour early.
        assertThat(registry.get("holdfast.sweep.lag").timeGauge().value(TimeUnit.MINUTES))
                .isBetween(40.0, 46.0);
    }

    @Test
    void whileTheStoreIsDownItsGaugesAreNotANumberRatherThanZero() {
        store.down(true);

        assertThat(gauge("holdfast.updates", "status", "pending")).isNaN();
        assertThat(registry.get("holdfast.drift.age").timeGauge().value()).isNaN();
        assertThat(gauge("holdfast.health", "verdict", "failing")).isEqualTo(1);
    }

    @Test
    void allGaugesOfAScrapeShareOneLookAndTheNextScrapeLooksAgain() {
        gauge("holdfast.updates", "status", "pending");
        store.down(true);
        assertThat(gauge("holdfast.updates", "status", "applying")).isZero();

        later();

        assertThat(gauge("holdfast.updates", "status", "applying")).isNaN();
    }

    @Test
    void containersThatWereReplacedAreCountedWhoeverAppliedTheUpdate() {
        release("v1.0.0");
        install();
        release("v2.0.0");
        sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);

        metrics.on(new HoldfastEvent.ImageRefreshed(update, 3));
        metrics.on(new HoldfastEvent.ImageFailed(update, Reason.UNREACHABLE, "the engine went away", 2));

        assertThat(count("holdfast.images.refreshed")).isEqualTo(5);
        assertThat(count("holdfast.images.failures", "reason", "unreachable")).isEqualTo(1);
    }

    @Test
    void theNewestLookAtImagesIsAGaugeAndWhatCouldNotBeAskedForIsCountedByReason() {
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);
        metrics.on(new HoldfastEvent.ImagesChecked(new ImageReport(List.of(
                image("a", ImageReport.Outcome.REFRESHED, 3, Optional.empty()),
                image("b", ImageReport.Outcome.FAILED, 0, Optional.of(Reason.RATE_LIMITED))))));
        metrics.on(new HoldfastEvent.ImagesChecked(
                new ImageReport(List.of(image("a", ImageReport.Outcome.CURRENT, 0, Optional.empty())))));

        assertThat(gauge("holdfast.images", "outcome", "current")).isEqualTo(1);
        assertThat(gauge("holdfast.images", "outcome", "failed")).isZero();
        assertThat(count("holdfast.images.failures", "reason", "rate_limited")).isEqualTo(1);
    }

    @Test
    void theNewestLookAtEachEngineIsAGaugeAndItsContainersAreAddedUp() {
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);
        metrics.on(looked("a", 7, 1));
        metrics.on(looked("b", 3, 0));
        metrics.on(looked("a", 5, 2));

        assertThat(gauge("holdfast.containers", "state", "indexed")).isEqualTo(8);
        assertThat(count("holdfast.containers.missing")).isEqualTo(3);
    }

    @Test
    void noTagSaysWhereOrWhoseAThingIs() {
        release("v1.0.0");
        install();
        release("v2.0.0");
        sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        holdfast.updates().apply(update.id(), update.to(), "alice");
        holdfast.rollback(new InstallKey(WORKSPACE, GREETER), "alice");
        holdfast.collect();

        assertThat(registry.getMeters())
                .hasSizeGreaterThan(15)
                .extracting(Meter::getId)
                .extracting(Object::toString)
                .noneMatch(id -> id.contains("secret") || id.contains("greeter") || id.contains("/"));
    }

    @Test
    void howFarAWebhookHasComeIsShownAndItsAddressIsNot() throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(410, -1);
            exchange.close();
        });
        receiver.start();
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/s3cr3t");
        Webhook billing = Webhook.to("billing", address, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        try (Holdfast told = MetricsWiring.wire(
                Holdfast.builder()
                        .store(store)
                        .resolver(resolver)
                        .target(target)
                        .webhook(billing),
                registry)) {
            assertThat(gauge("holdfast.webhook.waiting", "webhook", "billing")).isZero();
            told.webhooks().deliver();
            release("v1.0.0");
            install();

            told.webhooks().deliver();

            registryClock.add(Duration.ofSeconds(6));
            assertThat(gauge("holdfast.webhook.suspended", "webhook", "billing"))
                    .isEqualTo(1);
            assertThat(gauge("holdfast.webhook.failures", "webhook", "billing")).isEqualTo(1);
            assertThat(gauge("holdfast.webhook.waiting", "webhook", "billing")).isPositive();
            assertThat(gauge("holdfast.webhook.lost", "webhook", "billing")).isZero();
            assertThat(registry.getMeters())
                    .noneMatch(meter -> meter.getId().toString().contains("s3cr3t"));
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void whatAlarmsAtItsFirstCountIsThereBeforeItCounts() {
        assertThat(count("holdfast.refs.rewritten")).isZero();
        assertThat(count("holdfast.rollouts.moved", "state", "halted")).isZero();
        assertThat(count("holdfast.targets.differ", "condition", "tampered")).isZero();
        assertThat(count("holdfast.audit.broken", "kind", "changed")).isZero();
        assertThat(count("holdfast.reloads", "outcome", "failed")).isZero();
    }

    private void release(String tag) {
        Revision revision = resolver.commit("greeter", Map.of("SKILL.md", tag));
        resolver.tag("greeter", tag, revision);
    }

    private void install() {
        holdfast.install(InstallRequest.of(
                        WORKSPACE, Source.parse("scripted://greeter#tag:v1.0.0"), TargetAddress.parse("dir://" + root))
                .track(TrackedRef.latestTag()));
    }

    private void sweep() {
        clock.advance(Duration.ofMinutes(61));
        holdfast.sweeper().sweep();
        later();
    }

    /** As long as it takes until gauges look again. */
    private void later() {
        registryClock.add(Duration.ofSeconds(6));
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private static HoldfastEvent looked(String host, int indexed, int missing) {
        List<ContainerKey> gone = Stream.generate(() -> GONE).limit(missing).toList();
        return new HoldfastEvent.ContainersIndexed(new ContainerReport(
                host, Listing.ACCEPTED, indexed, indexed, 0, 0, 0, List.of(), gone, 0, 0, List.of(), List.of()));
    }

    private static ImageReport.Item image(
            String name, ImageReport.Outcome outcome, int refreshed, Optional<Reason> reason) {
        return new ImageReport.Item(
                ImageReference.parse("registry.example.com/" + name + ":1"),
                outcome,
                Optional.empty(),
                3,
                refreshed,
                reason,
                "");
    }
}
