package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Health;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.ContainerRule;
import dev.holdfast.containers.LabelKeys;
import dev.holdfast.containers.RefusedContainer;
import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.FaultyIndex;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedImages;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a catalog, rule, runtime, reconciler, registry or listener throws, the loops go on and the others get their
 * turn.
 */
@Timeout(60)
final class ContainerNeighbourTest {

    private final MutableClock clock = MutableClock.create();
    private final ContainerStory story = new ContainerStory(clock, InMemoryContainerIndex.create(clock));

    ContainerNeighbourTest() {
        story.know(Workload.of("shop", "stack"));
        story.start("aaa", "web");
        story.start("bbb", "db");
    }

    /** Throws at its first question, and never again. */
    private static final class Once implements WorkloadCatalog {

        private final Throwable poison;
        private final AtomicInteger asked = new AtomicInteger();

        Once(Throwable poison) {
            this.poison = poison;
        }

        @Override
        public List<Workload> workloads() {
            if (asked.incrementAndGet() == 1) {
                ContainerNeighbourTest.<RuntimeException>sneak(poison);
            }
            return List.of(Workload.of("shop", "stack"));
        }

        @Override
        public Set<String> hostOwnedKinds() {
            return Set.of();
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void aCatalogThatThrowsOnceDoesNotEndTheLoop(Throwable poison) {
        try (ContainerReconciler reconciler = story.builder()
                .catalog(new Once(poison))
                .interval(Duration.ofMinutes(5))
                .build()) {
            assertThat(reconciler.loop()).isEmpty();

            reconciler.start();

            Eventually.isTrue("the next look", () -> story.row("aaa").isPresent());
            assertThat(reconciler.loop())
                    .hasValueSatisfying(loop -> assertThat(loop.alive()).isTrue());
            assertThat(story.heard(HoldfastEvent.IndexingFailed.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void aLookAtWhichTheCatalogThrowsIsOneThatMayBeTriedAgain(Throwable poison) {
        try (ContainerReconciler reconciler =
                story.builder().catalog(new Once(poison)).build()) {
            assertThatThrownBy(reconciler::reconcile)
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL));

            assertThat(reconciler.reconcile().indexed()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void oneContainerWhoseLabelsARuleCannotTakeKeepsNoOtherFromBeingSeen(Throwable poison) {
        List<ContainerRule> rules = new ArrayList<>();
        rules.add(container -> {
            if (container.id().equals("aaa")) {
                ContainerNeighbourTest.<RuntimeException>sneak(poison);
            }
            return java.util.Optional.empty();
        });
        rules.addAll(ContainerRule.standard(LabelKeys.standard()));
        try (ContainerReconciler reconciler = story.builder().rules(rules).build()) {
            ContainerReport report = reconciler.reconcile();

            assertThat(report.indexed()).isOne();
            assertThat(report.refused())
                    .extracting(RefusedContainer::containerId)
                    .containsExactly("aaa");
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void aListenerThatThrowsAtAFailureDoesNotEndTheRoundsForWorkloads(Throwable poison) {
        AtomicInteger reconciled = new AtomicInteger();
        CountDownLatch told = new CountDownLatch(1);
        try (ContainerReconciler reconciler = story.builder()
                .interval(Duration.ofMinutes(5))
                .listener(event -> {
                    if (event instanceof HoldfastEvent.WorkloadFailed) {
                        told.countDown();
                        ContainerNeighbourTest.<RuntimeException>sneak(poison);
                    }
                })
                .reconciler((workload, containers, deadline) -> {
                    if (reconciled.incrementAndGet() == 1) {
                        ContainerNeighbourTest.<RuntimeException>sneak(poison);
                    }
                })
                .build()) {
            reconciler.start();
            Eventually.isTrue("the failure is told", () -> told.getCount() == 0);

            story.start("ccc", "web");

            Eventually.isTrue("the workload is reconciled again", () -> reconciled.get() > 1);
        }
    }

    @Test
    void anIndexThatHangsEndsALookAtItsTimeAndKeepsNoOtherWaiting() {
        FaultyIndex index = new FaultyIndex(story.index);
        CountDownLatch released = new CountDownLatch(1);
        try (ContainerReconciler reconciler =
                story.builder(index).patience(Duration.ofMillis(300)).build()) {
            index.beforeReads(() -> await(released));
            assertThatThrownBy(reconciler::reconcile)
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));

            index.beforeReads(() -> {});
            index.beforeNextWrite(() -> await(released));
            assertThatThrownBy(reconciler::reconcile).isInstanceOf(TransientException.class);

            assertThat(reconciler.reconcile().indexed()).isEqualTo(2);
            released.countDown();
        }
    }

    private static void await(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anImageThatIsNotWatchedAnyMoreIsForgottenWithItsFailures() {
        ScriptedImages images = new ScriptedImages();
        Map<String, String> worn = Map.of("watched", "");
        images.runs("web", "acme/web:latest", 1, worn, false);
        try (ImageWatcher watcher = ImageWatcher.builder()
                .digests(images)
                .refresher(images)
                .ledger(InMemoryTrackingStore.create(clock).images())
                .clock(clock)
                .label("watched")
                .build()) {
            assertThat(watcher.check().of(Outcome.FAILED)).hasSize(1);
            assertThat(watcher.check().of(Outcome.WAITING)).hasSize(1);
            images.ends("web");
            assertThat(watcher.check().items()).isEmpty();

            images.push("acme/web:latest", 1).runs("web", "acme/web:latest", 1, worn, false);

            assertThat(watcher.check().of(Outcome.CURRENT)).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void oneImageWhoseRegistryThrowsKeepsNoOtherFromItsTurn(Throwable poison) {
        ScriptedImages images = new ScriptedImages();
        images.push("acme/web:latest", 2).runs("web", "acme/web:latest", 1);
        images.push("acme/db:latest", 2).runs("db", "acme/db:latest", 1);
        try (ImageWatcher watcher = ImageWatcher.builder()
                .digests(images.throwing("acme/db:latest", poison))
                .refresher(images)
                .ledger(InMemoryTrackingStore.create(clock).images())
                .clock(clock)
                .image(ImageReference.parse("acme/web:latest"))
                .image(ImageReference.parse("acme/db:latest"))
                .build()) {
            ImageReport first = watcher.check();
            ImageReport second = watcher.check();

            assertThat(first.of(Outcome.REFRESHED)).hasSize(1);
            assertThat(first.of(Outcome.FAILED))
                    .singleElement()
                    .satisfies(item -> assertThat(item.detail()).contains(poison.toString()));
            assertThat(second.of(Outcome.WAITING)).hasSize(1);
        }
    }

    @Test
    void theLoopOfImagesIsShownWhileItRuns() {
        ScriptedImages images = new ScriptedImages();
        ImageWatcher watcher = ImageWatcher.builder()
                .digests(images)
                .refresher(images)
                .ledger(InMemoryTrackingStore.create(clock).images())
                .clock(clock)
                .image(ImageReference.parse("acme/web:latest"))
                .build();
        assertThat(watcher.loop()).isEmpty();
        try (watcher) {
            watcher.start();

            assertThat(watcher.loop()).map(Health.Loop::alive).contains(true);
        }
        assertThat(watcher.loop()).isEmpty();
    }

    static Stream<Throwable> poisons() {
        return Stream.of(
                new InvalidPathException("bbb", "cannot be encoded"),
                new AssertionError("an adapter's own"),
                new NoClassDefFoundError("a jar that is missing"),
                new StackOverflowError(),
                new IOException("of a language without checked exceptions"));
    }

    /** Throws also what the compiler would not let us, as code of another language does. */
    @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
    private static <T extends Throwable> void sneak(Throwable what) throws T {
        throw (T) what;
    }
}
