package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a container is the one that this process runs in, by files as kernels write them. */
final class OwnContainerTest {

    private static final String OWN = "1".repeat(64);
    private static final String OTHER = "2".repeat(64);

    @TempDir
    private Path proc;

    private OwnContainer with(String file, String content) throws IOException {
        Files.writeString(proc.resolve(file), content);
        return OwnContainer.of(proc);
    }

    private static JsonNode container(String id) {
        return new ObjectMapper().createObjectNode().put("Id", id);
    }

    @Test
    void aControlGroupOfTheEngineNamesIt() throws IOException {
        OwnContainer own = with("cgroup", "5:memory:/docker/" + OWN + "\n0::/system.slice/x.service\n");

        assertThat(own.is(container(OWN))).isTrue();
        assertThat(own.is(container(OTHER))).isFalse();
    }

    @Test
    void whereTheControlGroupIsHiddenTheFilesOfTheEngineNameIt() throws IOException {
        Files.writeString(proc.resolve("cgroup"), "0::/\n");
        OwnContainer own = with(
                "mountinfo",
                "716 706 8:1 /var/lib/docker/containers/" + OWN + "/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n");

        assertThat(own.is(container(OWN))).isTrue();
    }

    @Test
    void whoeverUsesTheNetworkOfAnotherIsKnownByWhatItWrites() throws IOException {
        OwnContainer own = with(
                "mountinfo",
                "600 500 0:52 / / rw,relatime - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/var/lib/docker/overlay2/"
                        + OTHER
                        + "/diff,workdir=/w\n700 600 8:1 /docker/containers/" + OWN
                        + "/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n");
        String graph = "{\"Id\":\"" + "3".repeat(64)
                + "\",\"GraphDriver\":{\"Data\":{\"UpperDir\":\"/var/lib/docker/overlay2/" + OTHER + "/diff\"}}}";

        assertThat(own.is(new ObjectMapper().readTree(graph))).isTrue();
        assertThat(own.is(container(OWN))).as("the one whose network it uses").isTrue();
    }

    @Test
    void theMachineItselfIsNoneOfItsContainers() throws IOException {
        OwnContainer own = with(
                "mountinfo",
                "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n90 25 0:40 / /var/lib/docker/containers/" + OWN
                        + "/mounts/shm rw - tmpfs shm rw\n91 25 0:41 / /var/lib/docker/overlay2/" + OTHER
                        + "/merged rw - overlay overlay rw,upperdir=/var/lib/docker/overlay2/" + OTHER + "/diff\n");

        assertThat(own.is(container(OWN))).isFalse();
        assertThat(own.is(container(OTHER))).isFalse();
        assertThat(own.is(container(""))).isFalse();
    }

    @Test
    void aHostRefusesToReplaceItselfBeforeAnyChange() throws IOException {
        OwnContainer own = with("cpuset", "/docker/" + OWN + "\n");
        try (ScriptedEngine engine = ScriptedEngine.start("1.41").oneContainer("", "{}", "{}", "{}")) {
            DockerRefresher refresher = DockerRefresher.over(engine.client()).within(own);
            Deadline deadline = Deadline.after(Duration.ofMinutes(1));

            assertThatThrownBy(() -> refresher.refresh(
                            refresher.running(deadline).get(0),
                            ImageDigest.of(ScriptedEngine.digest('d')),
                            () -> {},
                            deadline))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("this process runs in it")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TARGET_UNUSABLE);

            assertThat(engine.requests()).noneMatch(request -> request.startsWith("POST"));
        }
    }

    @Test
    void whoeverTheHostNamesIsToldToReplaceItAndNothingIsChangedHere() throws IOException {
        OwnContainer own = with("cpuset", "/docker/" + OWN + "\n");
        List<String> told = new ArrayList<>();
        try (ScriptedEngine engine = ScriptedEngine.start("1.41").oneContainer("", "{}", "{}", "{}")) {
            DockerRefresher refresher = DockerRefresher.over(engine.client())
                    .ownContainerBy((container, digest) -> told.add(container.name() + " " + digest))
                    .within(own);
            Deadline deadline = Deadline.after(Duration.ofMinutes(1));
            ImageDigest digest = ImageDigest.of(ScriptedEngine.digest('d'));

            assertThatThrownBy(
                            () -> refresher.refresh(refresher.running(deadline).get(0), digest, () -> {}, deadline))
                    .isInstanceOf(TransientException.class)
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.BUSY);

            assertThat(told).containsExactly("c-1 " + digest);
            assertThat(engine.requests()).noneMatch(request -> request.startsWith("POST"));
        }
    }
}
