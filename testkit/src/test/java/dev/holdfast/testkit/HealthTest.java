package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Health;
import dev.holdfast.Health.Verdict;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.UpstreamStore.Standing;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HealthTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");

    private final MutableClock clock = MutableClock.create();
    private final FaultyStore store = FaultyStore.around(InMemoryTrackingStore.create(clock));
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");

    @TempDir
    Path root;

    @SuppressWarnings("NullAway.Init")
    private Holdfast holdfast;

    @BeforeEach
    void build() {
        holdfast = builder().build();
    }

    private HoldfastBuilder builder() {
        return Holdfast.builder()
                .store(store)
                .resolver(resolver)
                .target(DirectoryTarget.create().durable(false))
                .clock(clock);
    }

    @AfterEach
    void close() {
        store.release();
        holdfast.close();
    }

    @Test
    void aNewHoldfastIsReadyAndSaysWhatItIsMadeOf() {
        Health health = holdfast.health();

        assertThat(health.verdict()).isEqualTo(Verdict.READY);
        assertThat(health.problems()).isEmpty();
        assertThat(health.at()).isEqualTo(clock.instant());
        assertThat(health.schemes()).isEqualTo(Set.of("scripted"));
        assertThat(health.targets()).isOne();
        assertThat(health.loops()).isEmpty();
    }

    @Test
    void anUpstreamThatFailsDegradesAndIsNamedWithItsError() {
        install("greeter");
        resolver.failNext(new TransientException(Reason.UNREACHABLE, "no route to host"));
        clock.advance(Duration.ofMinutes(61));
        holdfast.sweeper().sweep();

        Health health = holdfast.health();

        assertThat(health.verdict()).isEqualTo(Verdict.DEGRADED);
        assertThat(health.problems()).singleElement().asString().startsWith("1 upstreams could not be asked");
        assertThat(troubled(health)).singleElement().satisfies(status -> {
            assertThat(status.standing()).isEqualTo(Standing.FAILING);
            assertThat(status.failingSince()).contains(clock.instant());
            assertThat(status.lastError()).contains("no route to host");
        });
    }

    @Test
    void anUpstreamThatAPersonSuspendedIsNamedAndDegradesNothing() {
        install("greeter");
        holdfast.sweeper().suspend(resolver.upstream(Source.parse("scripted://greeter")), "alice", "it moves");

        Health health = holdfast.health();

        assertThat(health.verdict()).isEqualTo(Verdict.READY);
        assertThat(troubled(health)).extracting(UpstreamStatus::standing).containsExactly(Standing.SUSPENDED);
    }

    @Test
    void anAuditThatIsNotWhatWasSealedDegrades() {
        install("greeter");
        AuditRow row = store.auditChain().unsealed(1).rows().get(0);
        store.auditChain().extend(AuditSeal.NONE, List.of(new AuditSeal(1, row.id(), "a".repeat(64))));

        holdfast.verifyAudit();

        assertThat(holdfast.health().verdict()).isEqualTo(Verdict.DEGRADED);
        assertThat(holdfast.health().problems())
                .singleElement()
                .asString()
                .startsWith("the audit is not what was sealed: number 1");
    }

    @Test
    void aStoreThatCanOnlyBeReadFailsAndSaysWhy() {
        store.failNext("tryAppend", new TransientException(Reason.STORE, "no space left on device"));

        Health health = holdfast.health();

        assertThat(health.verdict()).isEqualTo(Verdict.FAILING);
        assertThat(health.problems())
                .singleElement()
                .asString()
                .contains("read and not written", "no space left on device");
        assertThat(health.store()).isPresent();
    }

    @Test
    void sweepsThatFallBehindAreAProblem() {
        install("greeter");
        clock.advance(Duration.ofHours(3));
        assertThat(holdfast.health().problems()).singleElement().asString().contains("behind");

        holdfast.sweeper().sweep();

        assertThat(holdfast.health().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void whatWaitsForADecisionIsCountedAndHowLong() {
        install("greeter");
        resolver.tag("greeter", "v2.0.0", resolver.commit("greeter", Map.of("SKILL.md", "two")));
        clock.advance(Duration.ofMinutes(61));
        holdfast.sweeper().sweep();
        clock.advance(Duration.ofMinutes(10));

        assertThat(holdfast.health().store().orElseThrow().updates().pending()).isOne();
        assertThat(holdfast.health().store().orElseThrow().updates().oldest()).contains(Duration.ofMinutes(10));
    }

    @Test
    void aStoreThatIsDownIsAVerdictAndNoException() {
        store.down(true);
        Health health = holdfast.health();
        assertThat(health.verdict()).isEqualTo(Verdict.FAILING);
        assertThat(health.problems()).singleElement().asString().contains("the store is down");
        assertThat(health.store()).isEmpty();

        store.down(false);

        assertThat(holdfast.health().verdict()).isEqualTo(Verdict.READY);
    }

    @Test
    void aStoreThatHangsHoldsOneThreadHoweverManyAskAndTheyAreAnsweredInTime() {
        store.stall();
        Deadline soon = Deadline.after(Duration.ofSeconds(10));
        var callers = Executors.newCachedThreadPool();
        try {
            Stream.generate(() -> CompletableFuture.supplyAsync(holdfast::health, callers))
                    .limit(20)
                    .toList()
                    .forEach(asked -> assertThat(asked.join().verdict()).isEqualTo(Verdict.FAILING));
        } finally {
            callers.shutdown();
        }

        assertThat(soon.hasPassed()).isFalse();
        assertThat(Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().startsWith("holdfast-worker-"))
                        .filter(thread -> Stream.of(thread.getValue())
                                .anyMatch(frame -> frame.getClassName().equals(FaultyStore.class.getName())))
                        .count())
                .isOne();
        store.release();
        Eventually.isTrue("the store is read again", () -> holdfast.health().verdict() == Verdict.READY);
    }

    @Test
    void aLoopThatFailsIsNamedWithWhatItEndedWithUntilItEndsWell() {
        holdfast.close();
        holdfast = builder().sweepEvery(Duration.ofSeconds(1)).build();
        store.down(true);
        holdfast.start();
        Eventually.isTrue("the sweep loop failed", () -> loop("sweep").failures() > 1);
        store.down(false);
        Eventually.isTrue("the sweep loop ended well", () -> loop("sweep").failures() == 0);

        Health health = holdfast.health();

        assertThat(health.verdict()).isEqualTo(Verdict.DEGRADED);
        assertThat(health.problems())
                .first()
                .asString()
                .startsWith("the recover loop failed 1 times")
                .contains("store is down");
        assertThat(loop("recover").lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("the store is down"));
        assertThat(loop("sweep").lastError()).isEmpty();
        assertThat(loop("sweep").endedAt()).contains(clock.instant());
    }

    @Test
    void loopsRunFromStartToCloseAndAClosedHoldfastIsFailing() {
        holdfast.start();
        assertThat(holdfast.health().loops())
                .extracting(Health.Loop::name)
                .containsExactly("recover", "policy", "sweep", "collect", "inspect", "seal");
        holdfast.close();

        Health health = holdfast.health();

        assertThat(health.loops()).isEmpty();
        assertThat(health.verdict()).isEqualTo(Verdict.FAILING);
        assertThat(health.problems()).singleElement().asString().contains("is closed");
    }

    private Health.Loop loop(String name) {
        return holdfast.health().loops().stream()
                .filter(loop -> loop.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void install(String upstream) {
        resolver.tag(upstream, "v1.0.0", resolver.commit(upstream, Map.of("SKILL.md", "one")));
        holdfast.install(InstallRequest.of(
                        WORKSPACE,
                        Source.parse("scripted://" + upstream + "#tag:v1.0.0"),
                        TargetAddress.parse("dir://" + root))
                .track(TrackedRef.latestTag()));
        holdfast.sweeper().sweep();
    }

    private static List<UpstreamStatus> troubled(Health health) {
        return health.store().orElseThrow().upstreams().troubled();
    }
}
