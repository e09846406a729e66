package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@Needs({Facility.GIT_HTTP, Facility.DOCKER, Facility.BUSYBOX})
final class DockerEndToEndIT extends EndToEndStory {

    private static DockerClient client;
    private static Busybox workspace;

    private final String root = "/srv/" + UUID.randomUUID() + "/plugins";

    @BeforeAll
    static void startWorkspace() {
        client = DockerClients.connect();
        workspace = Busybox.start(client);
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.close();
        client.close();
    }

    @Override
    DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    @Override
    TargetAddress address() {
        return workspace.address(root);
    }

    @Override
    Optional<String> read(String path) {
        String found = workspace.sh("[ ! -e \"$1\" ] || { printf +; cat \"$1\"; }", root + "/" + path);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.substring(1));
    }

    @Override
    List<String> everything() {
        return workspace.sh("find \"$1\" ! -type d", root).lines().toList();
    }
}
