package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.ReaderContract;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The reader runs inside the container, beside the plugin. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerReaderIT extends ReaderContract {

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

    @Override
    protected String sh(String line, String... arguments) {
        return workspace.sh(line, arguments);
    }
}
