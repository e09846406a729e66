package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process dies while it replaces a container that is always restarted, and then its engine is killed and started
 * again.
 */
@Tag("kill")
@Timeout(180)
@Needs({Facility.DOCKERD, Facility.BUSYBOX})
final class RefreshRestartIT {

    private static final String NAME = "web";

    private Path directory;
    private OwnEngine own;
    private DockerClient client;

    @BeforeEach
    void startEngine() throws IOException {
        directory = Files.createTempDirectory("hf");
        // An engine that maps users goes through it as one of them.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        own = OwnEngine.start(directory, false);
        client = own.connect();
    }

    @AfterEach
    void stopEngine() throws Exception {
        for (Container container : client.listContainersCmd().withShowAll(true).exec()) {
            Busybox.remove(client, container.getId());
        }
        client.close();
        own.close();
        OwnEngine.remove(directory);
    }

    /** What a process does that dies: nothing more. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @ValueSource(strings = {"before rename to last", "before rename to name", "before start", "before remove"})
    void anEngineThatStartsAgainRunsOneAtMostAndTheNextLookMakesItOne(String step) throws Exception {
        start("one");
        String next = Busybox.imageWith(client, "restart-two", "ENV FROM_IMAGE=two");

        assertThatThrownBy(() -> replace(next, step)).isInstanceOf(Death.class);
        own.crash();
        awaitRestarts();

        assertThat(running()).as("running after the engine came back").hasSizeLessThanOrEqualTo(1);
        DockerRefresher refresher = DockerRefresher.over(client).settle(Duration.ofMillis(300));
        RunningContainer found = refresher.running(RefreshStory.soon()).get(0);
        assertThat(found.brokenOff()).isTrue();
        refresher.restore(found, () -> {}, RefreshStory.soon());

        assertThat(running()).containsExactly("/" + NAME);
        assertThat(client.listContainersCmd().withShowAll(true).exec()).hasSize(1);
        assertThat(inspect()
                        .path("HostConfig")
                        .path("RestartPolicy")
                        .path("Name")
                        .asText())
                .isEqualTo("always");
        assertThat(refresher.running(RefreshStory.soon()).get(0).brokenOff()).isFalse();
    }

    private void start(String version) {
        HostConfig host =
                HostConfig.newHostConfig().withNetworkMode("none").withRestartPolicy(RestartPolicy.alwaysRestart());
        String image = Busybox.imageWith(client, "restart-" + version, "ENV FROM_IMAGE=" + version);
        String id = client.createContainerCmd(image)
                .withName(NAME)
                .withStopTimeout(1)
                .withHostConfig(host)
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
    }

    private JsonNode inspect() {
        return EngineApi.of(client, RefreshStory.soon()).get("/containers/" + NAME + "/json");
    }

    /** All of a refresh but the pulling: the new image is there. */
    private void replace(String image, String last) {
        EngineApi engine = EngineApi.of(
                SteppedEngine.over(client, step -> {
                    if (step.equals(last)) {
                        throw new Death();
                    }
                }),
                Deadline.after(Duration.ofMinutes(1)));
        JsonNode old = inspect();
        JsonNode former = engine.get("/images/" + old.path("Image").asText() + "/json");
        ContainerSpec spec = ContainerSpec.of(old, former, "");
        spec.body().put("Image", image);
        RefreshSteps steps = new RefreshSteps(
                engine,
                () -> {},
                new RefreshSteps.Patience(Duration.ofMillis(300), Duration.ofMinutes(1)),
                OwnContainer.here());
        steps.replace(
                NAME,
                old,
                spec,
                spec,
                engine.get("/images/" + image + "/json").path("Id").asText());
        steps.dropLast(NAME);
    }

    /** Containers that are always restarted come back a moment after their engine. */
    private void awaitRestarts() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (running().isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private List<String> running() {
        return client.listContainersCmd().exec().stream()
                .map(container -> container.getNames()[0])
                .toList();
    }
}
