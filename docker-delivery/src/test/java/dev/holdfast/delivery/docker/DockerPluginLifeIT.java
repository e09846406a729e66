package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.PluginLifeContract;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole engine keeps its promises on a container. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerPluginLifeIT extends PluginLifeContract {

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
    protected DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    @Override
    protected TargetAddress address() {
        return workspace.address("/srv/" + UUID.randomUUID() + "/plugins");
    }
}
