package dev.holdfast.contracts.container;

import static dev.holdfast.contracts.container.ContainerStory.labelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.FaultyIndex;
import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop: events first, the interval as the safety net, and how it starts and ends. */
@Timeout(60)
final class ContainerLoopTest {

    private static final Duration NEVER = Duration.ofMinutes(5);

    private final MutableClock clock = MutableClock.create();
    private final ContainerStory story = new ContainerStory(clock, InMemoryContainerIndex.create(clock));

    ContainerLoopTest() {
        story.know(Workload.of("shop", "stack"));
    }

    private ContainerReconciler started(Duration interval) {
        ContainerReconciler reconciler = story.builder().interval(interval).build();
        reconciler.start();
        Eventually.isTrue("the first look", () -> looks() > 0 && story.engine.subscribers() == 1);
        return reconciler;
    }

    private int looks() {
        return story.heard(HoldfastEvent.ContainersIndexed.class).size();
    }

    private boolean is(String id, ContainerState state) {
        return story.row(id).filter(row -> row.facts().state() == state).isPresent();
    }

    @Test
    void theFirstLookIsAtOnceAndAnEventBringsTheNext() {
        story.start("aaa", "web");
        try (ContainerReconciler reconciler = started(NEVER)) {
            assertThat(is("aaa", ContainerState.RUNNING)).isTrue();

            story.start("bbb", "web");

            Eventually.isTrue("bbb is indexed", () -> is("bbb", ContainerState.RUNNING));
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
    }

    @Test
    void whatHappensBetweenSubscribingAndListingIsNotMissed() {
        story.engine.beforeNextAnswer(() -> story.start("late", "web"));
        try (ContainerReconciler reconciler = started(NEVER)) {
            Eventually.isTrue("late is indexed", () -> is("late", ContainerState.RUNNING));
            assertThat(story.engine.subscriptions()).isEqualTo(1);
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
    }

    @Test
    void aBurstOfEventsBringsAFewLooksOnly() {
        try (ContainerReconciler reconciler = started(NEVER)) {
            int before = story.engine.listings();
            for (int i = 0; i < 200; i++) {
                story.start("id-" + i, "web");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            }
            Eventually.isTrue("all are indexed", () -> story.rows().size() == 200);

            assertThat(story.engine.listings() - before).isBetween(1, 20);
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
    }

    @Test
    void withoutEventsTheIntervalFindsWhatChanged() {
        try (ContainerReconciler reconciler = started(Duration.ofSeconds(1))) {
            story.engine.deaf(true);
            story.start("aaa", "web");

            Eventually.isTrue("aaa is indexed", () -> is("aaa", ContainerState.RUNNING));
            Eventually.isTrue("the dead subscription is renewed", () -> story.engine.subscriptions() == 2);
            assertThat(reconciler.interval()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void afterTheEngineWasAwayItIsSubscribedAndLookedAtAgain() {
        story.start("aaa", "web");
        try (ContainerReconciler reconciler = started(NEVER)) {
            story.engine.down(true);
            Eventually.isTrue(
                    "the failure is told",
                    () -> !story.heard(HoldfastEvent.IndexingFailed.class).isEmpty());
            int asked = story.engine.listings();
            Eventually.isTrue("it is tried again", () -> story.engine.listings() > asked + 1);
            story.engine.put(labelled("bbb", "shop", "web"));
            story.engine.down(false);

            Eventually.isTrue("bbb is indexed", () -> is("bbb", ContainerState.RUNNING));
            Eventually.isTrue("it is subscribed again", () -> story.engine.subscribers() == 1);
            assertThat(is("aaa", ContainerState.RUNNING)).isTrue();
            assertThat(story.heard(HoldfastEvent.IndexingFailed.class)).hasSize(1);
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
    }

    @Test
    void aSubscriptionThatBreaksIsMadeAgainAlthoughNothingChanged() {
        try (ContainerReconciler reconciler = started(NEVER)) {
            story.engine.breakEvents();

            Eventually.isTrue("it is subscribed again", () -> story.engine.subscribers() == 1);
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
    }

    @Test
    void aStopThatSomebodyAskedTheEngineForIsNoFailure() {
        story.start("asked", "web");
        story.start("oom", "web");
        story.start("again", "web");
        try (ContainerReconciler reconciler = started(NEVER)) {
            story.engine.stop("asked", 137);
            story.engine.exit("oom", 137);
            story.engine.stop("again", 143);
            Eventually.isTrue("again has ended", () -> is("again", ContainerState.STOPPED));
            story.start("again", "web");
            story.engine.exit("again", 143);

            Eventually.isTrue("again has failed", () -> is("again", ContainerState.FAILED));
            assertThat(is("asked", ContainerState.STOPPED)).isTrue();
            assertThat(is("oom", ContainerState.FAILED)).isTrue();
            assertThat(reconciler.interval()).isEqualTo(NEVER);
        }
        // What one reconciler heard, the next one reads.
        try (ContainerReconciler next = story.builder().build()) {
            assertThat(next.reconcile().changed()).isFalse();
        }
        assertThat(is("asked", ContainerState.STOPPED)).isTrue();
    }

    @Test
    void aStopThatSomebodyAskedForIsNotForgottenWhenItsWriteIsOvertaken() {
        FaultyIndex overtaken = new FaultyIndex(story.index);
        story.start("aaa", "web");
        try (ContainerReconciler reconciler = story.builder(overtaken)
                .grace(Duration.ofMillis(300))
                .interval(NEVER)
                .build()) {
            reconciler.start();
            Eventually.isTrue("aaa is indexed", () -> is("aaa", ContainerState.RUNNING));
            overtaken.beforeNextWrite(() -> story.index.register(
                    ContainerStory.key("shop", "web", "name-aaa"),
                    "stack",
                    ContainerFacts.created("aaa", "aaa", "acme/web"),
                    "mine"));
            story.engine.stop("aaa", 137);

            Eventually.isTrue("its end is indexed", () -> !is("aaa", ContainerState.RUNNING));
            assertThat(overtaken.writes()).isEqualTo(3);
            assertThat(is("aaa", ContainerState.STOPPED)).isTrue();
        }
    }

    @Test
    void anAbsenceIsConfirmedAfterTheGraceWithoutWaitingForTheInterval() {
        story.start("aaa", "web");
        try (ContainerReconciler reconciler =
                story.builder().grace(Duration.ofMillis(300)).interval(NEVER).build()) {
            reconciler.start();
            Eventually.isTrue("aaa is indexed", () -> is("aaa", ContainerState.RUNNING));
            story.engine.remove("aaa");
            Eventually.isTrue(
                    "the absence is seen",
                    () -> story.heard(HoldfastEvent.ContainersIndexed.class).stream()
                            .anyMatch(event -> event.report().absent() == 1));
            // The clock stands still, and a look adds how long it took: more than the slowest look could take.
            clock.advance(Duration.ofMinutes(1));

            Eventually.isTrue("aaa is missing", () -> is("aaa", ContainerState.MISSING));
        }
    }

    /** Known failure: starting twice ran two loops, stopping twice panicked. */
    @Test
    void defect45StartingAndStoppingIsIdempotentFromAnyThread() throws Exception {
        ContainerReconciler reconciler = story.builder().interval(NEVER).build();
        all(reconciler::start);
        Eventually.isTrue("the first look", () -> looks() > 0 && story.engine.subscribers() == 1);
        assertThat(story.engine.subscriptions()).isEqualTo(1);
        assertThat(loops()).isEqualTo(1);

        all(reconciler::close);
        assertThat(loops()).isZero();

        assertThat(story.engine.subscribers()).isZero();
        assertThatThrownBy(reconciler::start).isInstanceOf(IllegalStateException.class);
        int looks = looks();
        story.start("aaa", "web");
        assertThat(looks()).isEqualTo(looks);
    }

    private static long loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("holdfast-containers-"))
                .count();
    }

    private static void all(Runnable call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> {
                call.run();
                return true;
            });
        }
        for (Future<Boolean> one : threads.invokeAll(calls)) {
            assertThat(one.get()).isTrue();
        }
        threads.shutdown();
    }

    /** Known failure: a stop from within the loop's own thread waits for nobody. */
    @Test
    void defect45AListenerMayCloseWhatItListensTo() {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        List<ContainerReconciler> self = new ArrayList<>();
        self.add(story.builder()
                .listener(event -> {
                    if (heard.incrementAndGet() == 1) {
                        self.get(0).close();
                        closed.countDown();
                    }
                })
                .build());

        self.get(0).start();

        Eventually.isTrue("it is closed", () -> closed.getCount() == 0 && story.engine.subscribers() == 0);
    }

    /** Known failure: who looks while another look is under way makes the next, with a newer listing. */
    @Test
    void defect45LooksComeOneAfterTheOther() throws Exception {
        try (ContainerReconciler reconciler = story.builder().build()) {
            story.start("aaa", "web");
            ExecutorService other = Executors.newSingleThreadExecutor();
            CountDownLatch begun = new CountDownLatch(1);
            List<Future<?>> second = new ArrayList<>();
            story.engine.beforeNextAnswer(() -> {
                second.add(other.submit(() -> {
                    begun.countDown();
                    reconciler.reconcile();
                }));
                story.engine.exit("aaa", 1);
            });

            reconciler.reconcile();

            begun.await();
            second.get(0).get();
            other.shutdown();
            assertThat(is("aaa", ContainerState.FAILED)).isTrue();
        }
    }
}
