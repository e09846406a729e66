package dev.holdfast.examples.host;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerRefresher;
import dev.holdfast.delivery.docker.DockerRuntime;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.delivery.docker.RegistryDigests;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;

/** What the platform does with a Docker engine: deliver into its containers, index them, offer what images moved to. */
final class Containers implements AutoCloseable {

    private final DockerClient client = DockerClients.connect();

    void addTo(HoldfastBuilder parts, HostOptions options, JdbcTrackingStore store, Workspaces workspaces) {
        parts.target(DockerTarget.over(client))
                .containers(ContainerReconciler.builder()
                        .runtime(DockerRuntime.over(client, "docker"))
                        .index(store.containers())
                        .catalog(workspaces));
        if (!options.images.isEmpty()) {
            parts.images(watcher(options, store));
        }
    }

    private ImageWatcher.Builder watcher(HostOptions options, JdbcTrackingStore store) {
        RegistryDigests.Builder digests = RegistryDigests.builder();
        options.allowHttp.forEach(digests::plainHttp);
        ImageWatcher.Builder watcher = ImageWatcher.builder()
                .digests(digests.build())
                .refresher(DockerRefresher.over(client))
                .ledger(store.images())
                .policy(UpdatePolicy.manual());
        options.images.forEach(image -> watcher.image(ImageReference.parse(image)));
        return watcher;
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new TransientException(Reason.UNREACHABLE, "closing the Docker client failed: " + e.getMessage(), e);
        }
    }
}
