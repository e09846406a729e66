package dev.holdfast.examples.cli;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerRefresher;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.image.ImageRefresher;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Containers as targets, on the engine that {@code DOCKER_HOST} names. The engine is asked when the first container is
 * opened: most commands open none, and work where there is no engine.
 */
final class DockerAccess implements DeliveryTarget, AutoCloseable {

    private @Nullable DockerClient client;

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("docker");
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        return DockerTarget.over(client()).open(address, deadline);
    }

    ImageRefresher refresher() {
        return DockerRefresher.over(client());
    }

    private synchronized DockerClient client() {
        if (client == null) {
            client = DockerClients.connect();
        }
        return client;
    }

    @Override
    public synchronized void close() {
        try {
            if (client != null) {
                client.close();
            }
        } catch (IOException e) {
            throw new TransientException(Reason.UNREACHABLE, "closing the Docker client failed: " + e.getMessage(), e);
        }
    }
}
