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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerKillIT extends KillMatrix {

    private static DockerClient client;
    private static Busybox workspace;

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
    TargetAddress address(String name) {
        return workspace.address("/srv/" + name + "/plugins");
    }

    @Override
    int everyNth() {
        return 3;
    }

    @Override
    String unneeded() {
        return "sshd-|junit-|Hikari|org.eclipse.jgit|embedded-|testcontainers";
    }
}
