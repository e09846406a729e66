package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Comparison;
import dev.holdfast.spi.image.ImageLedger.Phase;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ImageWatcherTest {

    private static final String WEB = "acme/web:latest";
    private static final String OTHER = "ghcr.io/acme/other:latest";

    private final MutableClock clock = MutableClock.create();
    private final ScriptedImages images = new ScriptedImages();
    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private final ImageLedger ledger = store.images();
    private final List<ImageWatcher> watchers = new ArrayList<>();

    @AfterEach
    void closeWatchers() {
        watchers.forEach(ImageWatcher::close);
    }

    private ImageWatcher.Builder builder() {
        return ImageWatcher.builder()
                .digests(images)
                .refresher(images)
                .ledger(ledger)
                .clock(clock);
    }

    private ImageWatcher watcher(ImageWatcher.Builder builder) {
        ImageWatcher watcher = builder.build();
        watchers.add(watcher);
        return watcher;
    }

    private ImageWatcher watcher(String... names) {
        ImageWatcher.Builder builder = builder();
        for (String name : names) {
            builder.image(ImageReference.parse(name));
        }
        return watcher(builder);
    }

    private ImageLedger.Entry entry(String image) {
        return ledger.find(new WatchedImage("engine-1", ImageReference.parse(image)))
                .orElseThrow();
    }

    /** Another node is at it from now on. */
    private void taken(WatchedImage key, String node) {
        Revision running = Revision.of(ScriptedImages.digest(1).value());
        Update update = ledger.settle(ledger.observe(key, ScriptedImages.digest(2), false), Comparison.stale(running))
                .entry()
                .update()
                .orElseThrow();
        assertThat(ledger.begin(key, new Beginning(Optional.of(update), node, "policy", true), Duration.ofMinutes(2)))
                .isPresent();
    }

    private static Item only(ImageReport report) {
        assertThat(report.items()).hasSize(1);
        return report.items().get(0);
    }

    @Test
    void aTagThatMovesIsRefreshedOnceAndRecorded() {
        images.push(WEB, 1).runs("web", WEB, 1);
        ImageWatcher watcher = watcher(WEB);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.CURRENT);

        images.push(WEB, 2);

        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).containsExactly("web");
        assertThat(entry(WEB).committed()).contains(ScriptedImages.digest(2));
    }

    /** Known failure: a move while the process was down was lost. */
    @Test
    void aMoveWhileNothingWatchedIsSeenByTheFirstLook() {
        images.push(WEB, 1).runs("web", WEB, 1).push(WEB, 2);

        assertThat(only(watcher(WEB).check()).outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(only(watcher(WEB).check()).outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).containsExactly("web");
    }

    /** Known failure: a failed pull advanced the digest and was never tried again. */
    @Test
    void afterAFailureNothingHasAdvancedAndItIsTriedAgainAfterAWait() {
        images.push(WEB, 1).runs("web", WEB, 1);
        ImageWatcher watcher = watcher(WEB);
        watcher.check();
        images.push(WEB, 2);
        images.beforeRefresh(container -> {
            throw new TransientException(Reason.UNREACHABLE, "pulling failed");
        });

        assertThat(only(watcher.check()))
                .returns(Outcome.FAILED, Item::outcome)
                .satisfies(item -> assertThat(item.reason()).contains(Reason.UNREACHABLE));
        assertThat(entry(WEB).committed()).contains(ScriptedImages.digest(1));

        images.beforeRefresh(container -> {});
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.WAITING);
        clock.advance(Duration.ofMinutes(1));
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(entry(WEB).committed()).contains(ScriptedImages.digest(2));
    }

    /** Known failure: one of two containers is not enough. */
    @Test
    void aPartialFailureIsAFailure() {
        images.push(WEB, 1).runs("web-1", WEB, 1).runs("web-2", WEB, 1).push(WEB, 2);
        images.beforeRefresh(container -> {
            if (container.name().equals("web-2")) {
                throw new PermanentException(Reason.TARGET_UNUSABLE, "another container uses its network");
            }
        });

        assertThat(only(watcher(WEB).check()))
                .returns(Outcome.FAILED, Item::outcome)
                .returns(1, Item::refreshed);
        assertThat(entry(WEB).committed()).isEmpty();
        assertThat(entry(WEB).phase()).isEqualTo(Phase.OBSERVED);
    }

    @Test
    void anImageThatDoesNotComeUpIsTriedOnOneContainerAlone() {
        images.push(WEB, 1).runs("web-1", WEB, 1).runs("web-2", WEB, 1).push(WEB, 2);
        List<String> tried = Collections.synchronizedList(new ArrayList<>());
        images.beforeRefresh(container -> {
            tried.add(container.name());
            throw new PermanentException(Reason.UNHEALTHY, "does not start");
        });

        watcher(WEB).check();

        assertThat(tried).hasSize(1);
    }

    /** Known failure: images were told apart by substring. */
    @Test
    void anImageWhoseNameHoldsAnothersIsNotTouched() {
        images.push(WEB, 2).push("acme/web-admin", 3);
        images.runs("web", WEB, 2).runs("admin", "acme/web-admin", 1);

        watcher(WEB).check();

        assertThat(images.refreshed).isEmpty();
        assertThat(images.asked).containsExactly("docker.io/acme/web:latest");
    }

    /** Known failure: one failure, and one budget, was for the whole list; no backoff, no Retry-After. */
    @Test
    void aRegistryThatAsksForFewerRequestsIsHeardAndTheOthersGoOn() {
        images.push(WEB, 2).push(OTHER, 2).runs("web", WEB, 1).runs("other", OTHER, 1);
        images.fails(WEB, new TransientException(Reason.RATE_LIMITED, "429", null, Duration.ofMinutes(30)));
        ImageWatcher watcher = watcher(WEB, OTHER);

        ImageReport report = watcher.check();
        assertThat(report.of(Outcome.FAILED))
                .extracting(Item::reason)
                .containsExactly(Optional.of(Reason.RATE_LIMITED));
        assertThat(images.refreshed).containsExactly("other");

        images.works(WEB);
        images.asked.clear();
        clock.advance(Duration.ofMinutes(29));
        assertThat(watcher.check().of(Outcome.WAITING)).hasSize(1);
        assertThat(images.asked).doesNotContain("docker.io/acme/web:latest");
        clock.advance(Duration.ofMinutes(1));
        assertThat(watcher.check().of(Outcome.REFRESHED)).hasSize(1);
    }

    @Test
    void aRegistryThatHangsKeepsNoOtherWaiting() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        images.push(WEB, 2).push(OTHER, 2).runs("web", WEB, 1).runs("other", OTHER, 1);
        images.beforeRefresh(container -> {
            if (container.name().equals("web")) {
                try {
                    assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        ImageWatcher watcher = watcher(WEB, OTHER);
        ExecutorService host = Executors.newSingleThreadExecutor();

        Future<ImageReport> check = host.submit(watcher::check);

        Eventually.isTrue("the other image is refreshed", () -> images.refreshed.contains("other"));
        release.countDown();
        assertThat(check.get(20, TimeUnit.SECONDS).of(Outcome.REFRESHED)).hasSize(2);
        host.shutdown();
    }

    @Test
    void aNewImageForAnotherPlatformIsNone() {
        images.push(WEB, 1, 10).runs("web", WEB, 1).push(WEB, 2, 10);

        assertThat(only(watcher(WEB).check()).outcome()).isEqualTo(Outcome.CURRENT);

        assertThat(images.refreshed).isEmpty();
        assertThat(entry(WEB).committed()).contains(ScriptedImages.digest(2));
    }

    @Test
    void whereTheRuntimeCannotTellTheFirstSightSeedsAndTheNextMoveCounts() {
        images.blind().push(WEB, 1).runs("web", WEB, 1);
        ImageWatcher watcher = watcher(WEB);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.SEEDED);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.CURRENT);

        images.push(WEB, 2);

        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.REFRESHED);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).containsExactly("web");
    }

    @Test
    void ofManyNodesThatLookAtOnceOneRefreshes() throws Exception {
        images.push(WEB, 1).runs("web-1", WEB, 1).runs("web-2", WEB, 1).push(WEB, 2);
        List<Callable<ImageReport>> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(watcher(builder().image(ImageReference.parse(WEB)).node("node-" + i))::check);
        }
        ExecutorService threads = Executors.newFixedThreadPool(5);

        threads.invokeAll(nodes);

        threads.shutdown();
        assertThat(images.refreshed).containsExactlyInAnyOrder("web-1", "web-2");
    }

    @Test
    void aNodeThatDiesIsReplacedWhenItsLeaseRunsOut() {
        images.push(WEB, 2).runs("web", WEB, 1);
        WatchedImage key = new WatchedImage("engine-1", ImageReference.parse(WEB));
        taken(key, "dead");
        ImageWatcher watcher = watcher(WEB);
        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.WAITING);

        clock.advance(Duration.ofMinutes(3));

        assertThat(only(watcher.check()).outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    void aNodeThatWasTakenOverChangesNothingMore() {
        images.push(WEB, 2).runs("web", WEB, 1);
        images.beforeRefresh(container -> {
            clock.advance(Duration.ofMinutes(3));
            taken(new WatchedImage("engine-1", container.image()), "b");
        });

        assertThat(only(watcher(WEB).check()).reason()).contains(Reason.FENCED);

        assertThat(images.refreshed).isEmpty();
        assertThat(entry(WEB).phase()).isEqualTo(Phase.REFRESHING);
    }

    @Test
    void whatWasBrokenOffIsPutInOrderAlsoWhileTheRegistryIsDownAndTheLedgerIsLost() {
        images.push(WEB, 1).runs("web", WEB, 1, Map.of(), true);
        images.fails(WEB, new TransientException(Reason.UNREACHABLE, "no route"));

        assertThat(only(watcher(WEB).check()).reason()).contains(Reason.UNREACHABLE);

        assertThat(images.restored).containsExactly("web");
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    void whatAnotherNodeIsReplacingAtThisMomentIsNotPutInOrder() {
        images.push(WEB, 2).runs("web", WEB, 1, Map.of(), true);
        taken(new WatchedImage("engine-1", ImageReference.parse(WEB)), "b");

        assertThat(only(watcher(WEB).check()).outcome()).isEqualTo(Outcome.WAITING);

        assertThat(images.restored).isEmpty();
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    void aLabelSelectsContainersAndAnImageNobodyRunsIsNotAskedFor() {
        images.push(WEB, 2).push(OTHER, 2);
        images.runs("yes", WEB, 1, Map.of("watch", "on"), false).runs("no", WEB, 1, Map.of("watch", "off"), false);

        ImageReport report = watcher(builder().label("watch", "on").image(ImageReference.parse(OTHER)))
                .check();

        assertThat(images.refreshed).containsExactly("yes");
        assertThat(report.of(Outcome.UNUSED)).extracting(Item::image).containsExactly(ImageReference.parse(OTHER));
        assertThat(images.asked).doesNotContain(OTHER);
    }

    @Test
    void aStartedWatcherLooksAtOnceAndTellsItsListener() throws Exception {
        images.push(WEB, 1).runs("web", WEB, 1);
        CountDownLatch told = new CountDownLatch(1);
        ImageWatcher watcher =
                watcher(builder().image(ImageReference.parse(WEB)).listener(event -> {
                    if (event instanceof HoldfastEvent.ImagesChecked) {
                        told.countDown();
                    }
                }));

        watcher.start();
        watcher.start();

        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        watcher.close();
        watcher.close();
        assertThatThrownBy(watcher::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsMissingOrOutOfBoundsIsRefusedByBuild() {
        assertThatThrownBy(() -> builder().build()).hasMessageContaining("to watch");
        assertThatThrownBy(() -> builder().label("x").every(Duration.ZERO).build())
                .hasMessageContaining("at least");
        assertThatThrownBy(() -> ImageWatcher.builder().label("x").build()).hasMessageContaining("digests");
    }
}
