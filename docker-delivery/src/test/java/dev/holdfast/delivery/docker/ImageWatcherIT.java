package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole chain: a real engine, a real registry with a password, and watchers that come and go. */
@Timeout(300)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class ImageWatcherIT {

    private static DockerClient client;
    private static RegistryServer registry;

    private final MutableClock clock = MutableClock.create();
    private final ImageLedger ledger = InMemoryTrackingStore.create(clock).images();
    private RefreshStory story;

    @BeforeAll
    static void startRegistry() {
        client = DockerClients.connect();
        registry = RegistryServer.secured();
    }

    @AfterAll
    static void stopRegistry() throws IOException {
        registry.close();
        client.close();
    }

    @BeforeEach
    void beginStory() {
        story = new RefreshStory(client, registry);
    }

    @AfterEach
    void endStory() {
        story.close();
    }

    private ImageWatcher watcher(String node) {
        return builder(node, story.digests()).build();
    }

    private ImageWatcher.Builder builder(String node, RegistryDigests digests) {
        return ImageWatcher.builder()
                .digests(digests)
                .refresher(refresher(Duration.ofMillis(500)))
                .ledger(ledger)
                .image(story.image())
                .node(node)
                .clock(clock);
    }

    private static DockerRefresher refresher(Duration settle) {
        return DockerRefresher.over(client)
                .credentials(RefreshStory::credentials)
                .settle(settle);
    }

    private static Item look(ImageWatcher watcher) {
        ImageReport report = watcher.check();
        assertThat(report.items()).hasSize(1);
        return report.items().get(0);
    }

    private ImageLedger.Entry entry() {
        String site = DockerRefresher.over(client).site(RefreshStory.soon());
        return ledger.find(new WatchedImage(site, story.image())).orElseThrow();
    }

    /** Known failure: a move while nothing watched was lost. */
    @Test
    void aPushWhileNothingWatchedIsOneRefreshAtTheStart() {
        ImageDigest one = story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        try (ImageWatcher first = watcher("first")) {
            assertThat(look(first).outcome()).isEqualTo(Outcome.CURRENT);
        }
        assertThat(entry().committed()).contains(one);
        ImageDigest two = story.push("ENV FROM_IMAGE=two");

        try (ImageWatcher second = watcher("second")) {
            assertThat(look(second)).returns(Outcome.REFRESHED, Item::outcome).returns(1, Item::refreshed);
            String made = story.inspect().path("Id").asText();
            assertThat(look(second).outcome()).isEqualTo(Outcome.CURRENT);
            assertThat(story.inspect().path("Id").asText()).isEqualTo(made);
        }
        assertThat(story.sh("echo $FROM_IMAGE")).isEqualTo("two");
        assertThat(entry().committed()).contains(two);
    }

    /** Known failure: what failed has not advanced, and is tried again after a wait. */
    @Test
    void anImageThatDoesNotComeUpHasNotAdvancedAndTheNextOneIsTriedAtOnce() {
        ImageDigest one = story.push("ENV FROM_IMAGE=one");
        String old = story.start(command -> {});
        try (ImageWatcher watcher = builder("node", story.digests())
                .refresher(refresher(Duration.ofSeconds(30)))
                .build()) {
            look(watcher);
            story.push("CMD [\"false\"]");

            assertThat(look(watcher).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(look(watcher).outcome()).isEqualTo(Outcome.WAITING);
            assertThat(entry().committed()).contains(one);
            assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
        }
        story.push("ENV FROM_IMAGE=three");
        try (ImageWatcher watcher = watcher("node")) {
            assertThat(look(watcher).outcome()).isEqualTo(Outcome.REFRESHED);
        }
        assertThat(story.runningNames()).containsExactly(story.name());
    }

    @Test
    void aRegistryThatIsDownIsAskedAgainAfterAWait() {
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        try (ImageWatcher watcher = watcher("node")) {
            registry.stop();
            assertThat(look(watcher).outcome()).isEqualTo(Outcome.FAILED);
            registry.restart();
            assertThat(look(watcher).outcome()).isEqualTo(Outcome.WAITING);

            clock.advance(Duration.ofMinutes(1));
            assertThat(look(watcher).outcome()).isEqualTo(Outcome.CURRENT);
        }
    }

    @Test
    void threeNodesMakeOneNewContainer() throws Exception {
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        ImageDigest two = story.push("ENV FROM_IMAGE=two");
        List<ImageWatcher> nodes = List.of(watcher("a"), watcher("b"), watcher("c"));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Callable<Item>> looks = new ArrayList<>();
        nodes.forEach(node -> looks.add(() -> look(node)));

        int refreshed = 0;
        for (Future<Item> item : threads.invokeAll(looks)) {
            refreshed += item.get().refreshed();
        }

        threads.shutdown();
        nodes.forEach(ImageWatcher::close);
        assertThat(refreshed).isEqualTo(1);
        assertThat(story.containers()).hasSize(1);
        assertThat(entry().committed()).contains(two);
    }

    /** Known failure: no {@code Retry-After}; and one registry's answer held up the whole list. */
    @Test
    void aRegistryThatAsksToBeLeftAloneIsAndTheOtherGoesOn() throws Exception {
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        story.push("ENV FROM_IMAGE=two");
        try (BusyRegistry busy = BusyRegistry.start(Duration.ofMinutes(2))) {
            ImageReference left = ImageReference.parse(busy.host() + "/acme/web:latest");
            client.tagImageCmd(Busybox.image(client), left.name(), "latest").exec();
            String container = Busybox.startAs(client, story.name() + "-busy", left.toString(), command -> {})
                    .id();
            RegistryDigests digests = RegistryDigests.builder()
                    .plainHttp(registry.host())
                    .plainHttp(busy.host())
                    .credentials(RefreshStory::credentials)
                    .clock(clock)
                    .build();
            try (ImageWatcher watcher = builder("node", digests).image(left).build()) {
                ImageReport report = watcher.check();
                assertThat(report.of(Outcome.REFRESHED)).extracting(Item::image).containsExactly(story.image());
                assertThat(report.of(Outcome.FAILED))
                        .singleElement()
                        .returns(left, Item::image)
                        .returns(Optional.of(Reason.RATE_LIMITED), Item::reason);

                clock.advance(Duration.ofSeconds(119));
                assertThat(watcher.check().of(Outcome.WAITING))
                        .extracting(Item::image)
                        .containsExactly(left);
                assertThat(busy.requests()).isEqualTo(1);

                clock.advance(Duration.ofSeconds(1));
                watcher.check();
                assertThat(busy.requests()).isEqualTo(2);
            } finally {
                client.removeContainerCmd(container).withForce(true).exec();
                client.removeImageCmd(left.toString()).withForce(true).exec();
            }
        }
    }
}
