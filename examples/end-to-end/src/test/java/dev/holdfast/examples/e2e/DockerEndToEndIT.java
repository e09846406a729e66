package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** The workspace is a container that Testcontainers starts, from an image that is built here and never pulled. */
@Needs({Facility.GIT_HTTP, Facility.DOCKER, Facility.BUSYBOX})
final class DockerEndToEndIT extends EndToEndStory {

    private static DockerClient client;
    private static GenericContainer<?> workspace;

    private final String root = "/srv/" + UUID.randomUUID() + "/plugins";

    @BeforeAll
    static void startWorkspace() {
        client = DockerClients.connect();
        workspace = new GenericContainer<>(new ImageFromDockerfile("holdfast-test/story", false)
                .withFileFromPath("busybox", Path.of("/bin/busybox"))
                .withDockerfileFromBuilder(image -> image.from("scratch")
                        .copy("busybox", "/bin/busybox")
                        .run("/bin/busybox", "sh", "-c", "/bin/busybox --install -s /bin; mkdir -p /tmp /srv")
                        .env("PATH", "/bin")
                        .cmd("sleep", "100000")));
        workspace.start();
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.stop();
        client.close();
    }

    @Override
    DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    @Override
    TargetAddress address() {
        return TargetAddress.parse("docker://" + workspace.getContainerId() + root);
    }

    @Override
    Optional<String> read(String path) {
        ExecResult found = inside("cat \"$0\"", root + "/" + path);
        return found.getExitCode() == 0 ? Optional.of(found.getStdout()) : Optional.empty();
    }

    @Override
    List<String> everything() {
        return inside("find \"$0\" ! -type d", root).getStdout().lines().toList();
    }

    private static ExecResult inside(String program, String argument) {
        try {
            return workspace.execInContainer("sh", "-c", program, argument);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
