package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.image.ImageDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last step of a refresh, the removal of the old container, fails on this side while the engine goes on. */
@Timeout(300)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class RefreshEndIT {

    private RegistryServer registry;
    private DockerClient client;
    private RefreshStory story;

    @BeforeEach
    void start() {
        registry = RegistryServer.secured();
        client = DockerClients.connect();
        story = new RefreshStory(client, registry);
    }

    @AfterEach
    void stop() throws IOException {
        story.close();
        client.close();
        registry.close();
    }

    private static DockerRefresher over(DockerClient client) {
        return DockerRefresher.over(client)
                .credentials(RefreshStory::credentials)
                .settle(Duration.ofMillis(100));
    }

    /** Replaces the container, and once at this step does this; returns the new digest. */
    private ImageDigest refresh(String where, Runnable fault) {
        AtomicBoolean first = new AtomicBoolean(true);
        DockerClient faulty = SteppedEngine.over(client, step -> {
            if (step.equals(where) && first.getAndSet(false)) {
                fault.run();
            }
        });
        ImageDigest two = story.push("ENV FROM_IMAGE=two");
        DockerRefresher refresher = over(faulty);
        refresher.refresh(story.running(refresher), two, () -> {}, RefreshStory.soon());
        assertThat(first).as("was at " + where).isFalse();
        return two;
    }

    private static void reset() {
        throw new UncheckedIOException(new SocketException("Connection reset"));
    }

    private void assertRuns(ImageDigest digest) {
        DockerRefresher refresher = over(client);
        refresher.restore(story.running(refresher), () -> {}, RefreshStory.soon());
        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(story.containers()).hasSize(1);
        assertThat(story.running(refresher).digests()).contains(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before remove", "in remove", "after remove"})
    void whereTheOldContainersRemovalFailsTheNewOneStays(String where) {
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});

        ImageDigest two = refresh(where, RefreshEndIT::reset);

        assertRuns(two);
    }

    /** Known failure: the old container was brought back, then the engine removed it, and nothing was left. */
    @Test
    void aRemovalThatTheEngineMakesLateTakesNothingThatRuns() {
        story.push("ENV FROM_IMAGE=one");
        String old = story.start(command -> {});

        ImageDigest two = refresh("before remove", RefreshEndIT::reset);
        Busybox.remove(client, old);

        assertRuns(two);
    }

    @Test
    void whoIsInterruptedInTheRemovalLeavesTheNewOne() {
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        Thread here = Thread.currentThread();

        ImageDigest two = refresh("in remove", here::interrupt);

        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertRuns(two);
    }
}
