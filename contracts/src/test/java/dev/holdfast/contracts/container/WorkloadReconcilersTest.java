package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.ContainerReport.WorkloadFailure;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each workload's own reconciler: after the index, side by side, and none hurt by another. */
@Timeout(60)
final class WorkloadReconcilersTest {

    private final MutableClock clock = MutableClock.create();
    private final ContainerStory story = new ContainerStory(clock, InMemoryContainerIndex.create(clock));

    WorkloadReconcilersTest() {
        story.know(Workload.of("shop", "stack"), Workload.of("blog", "stack"), Workload.of("idle", "stack"));
        story.engine.put(ContainerStory.labelled("aaa", "shop", "web"));
        story.engine.put(ContainerStory.labelled("bbb", "blog", "web"));
    }

    @Test
    void eachWorkloadGetsItsRowsAsTheyStandAfterTheLook() {
        Map<String, List<String>> given = new ConcurrentHashMap<>();
        try (ContainerReconciler reconciler = story.builder()
                .reconciler((workload, containers, deadline) -> given.put(
                        workload.id().value(),
                        containers.stream()
                                .map(row -> row.facts().containerId() + " "
                                        + row.facts().state())
                                .toList()))
                .build()) {
            reconciler.reconcile();
            story.engine.exit("aaa", 1);

            ContainerReport report = reconciler.reconcile();

            assertThat(report.failures()).isEmpty();
        }
        assertThat(given)
                .containsOnly(
                        Map.entry("shop", List.of("aaa FAILED")),
                        Map.entry("blog", List.of("bbb RUNNING")),
                        Map.entry("idle", List.of()));
    }

    @Test
    void onlyWorkloadsThatOptedInAreReconciledAndAllAreIndexed() {
        List<String> called = new CopyOnWriteArrayList<>();
        Set<String> optedIn = ConcurrentHashMap.newKeySet();
        optedIn.add("shop");
        try (ContainerReconciler reconciler = story.builder()
                .reconciler(
                        (workload, containers, deadline) ->
                                called.add(workload.id().value()),
                        workload -> optedIn.contains(workload.id().value()))
                .build()) {
            reconciler.reconcile();
            optedIn.remove("shop");
            optedIn.add("blog");
            reconciler.reconcile();
        }
        assertThat(called).containsExactly("shop", "blog");
        assertThat(story.state("bbb")).isEqualTo(ContainerState.RUNNING);
    }

    @Test
    void aWorkloadOfWhichTheHostCannotSayWhetherItOptedInFailsAloneAndIsLeftAlone() {
        List<String> called = new CopyOnWriteArrayList<>();
        try (ContainerReconciler reconciler = story.builder()
                .reconciler(
                        (workload, containers, deadline) ->
                                called.add(workload.id().value()),
                        workload -> {
                            if (workload.id().value().equals("shop")) {
                                throw new IllegalStateException("no settings");
                            }
                            return true;
                        })
                .build()) {
            assertThat(reconciler.reconcile().failures())
                    .extracting(failure -> failure.workload().value())
                    .containsExactly("shop");
        }
        assertThat(called).containsExactlyInAnyOrder("blog", "idle");
    }

    @Test
    void theyRunSideBySide() {
        CyclicBarrier all = new CyclicBarrier(3);
        try (ContainerReconciler reconciler = story.builder()
                .reconciler((workload, containers, deadline) -> meet(all))
                .build()) {
            assertThat(reconciler.reconcile().failures()).isEmpty();
        }
    }

    private static void meet(CyclicBarrier all) {
        try {
            all.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the others did not come", e);
        }
    }

    @Test
    void oneThatThrowsOrHangsHurtsNoOtherAndIsNotStartedTwice() {
        CountDownLatch released = new CountDownLatch(1);
        List<String> done = new CopyOnWriteArrayList<>();
        try (ContainerReconciler reconciler = story.builder()
                .workloadPatience(Duration.ofMillis(300))
                .reconciler((workload, containers, deadline) -> {
                    switch (workload.id().value()) {
                        case "shop" -> hang(released);
                        case "blog" -> throw new PermanentException(Reason.FORBIDDEN, "not today");
                        default -> done.add(workload.id().value());
                    }
                })
                .build()) {
            List<WorkloadFailure> first = reconciler.reconcile().failures();
            List<WorkloadFailure> second = reconciler.reconcile().failures();
            released.countDown();

            assertThat(first)
                    .extracting(failure -> failure.workload().value(), WorkloadFailure::reason)
                    .containsExactlyInAnyOrder(tuple("shop", Reason.TIMEOUT), tuple("blog", Reason.FORBIDDEN));
            assertThat(second)
                    .extracting(failure -> failure.workload().value(), WorkloadFailure::reason)
                    .containsExactlyInAnyOrder(tuple("shop", Reason.BUSY), tuple("blog", Reason.FORBIDDEN));
        }
        assertThat(done).containsExactly("idle", "idle");
        assertThat(story.heard(HoldfastEvent.WorkloadFailed.class)).hasSize(4);
        assertThat(story.state("aaa")).isEqualTo(ContainerState.RUNNING);
    }

    /** Does not end when it is interrupted, as code that loops around its waiting does. */
    private static void hang(CountDownLatch released) {
        while (released.getCount() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void oneThatHangsDoesNotKeepTheIndexFromConverging() {
        CountDownLatch released = new CountDownLatch(1);
        try (ContainerReconciler reconciler = story.builder()
                .interval(Duration.ofMinutes(5))
                .reconciler((workload, containers, deadline) -> hang(released))
                .build()) {
            reconciler.start();
            Eventually.isTrue("aaa is indexed", () -> story.row("aaa").isPresent());

            story.engine.exit("aaa", 1);

            Eventually.isTrue("its end is indexed", () -> story.state("aaa") == ContainerState.FAILED);
            released.countDown();
        }
    }

    @Test
    void aLookThatFailsReconcilesNobody() {
        List<String> called = new CopyOnWriteArrayList<>();
        try (ContainerReconciler reconciler = story.builder()
                .reconciler((workload, containers, deadline) ->
                        called.add(workload.id().value()))
                .build()) {
            story.engine.down(true);

            assertThat(org.assertj.core.api.Assertions.catchThrowable(reconciler::reconcile))
                    .isNotNull();
        }
        assertThat(called).isEmpty();
    }
}
