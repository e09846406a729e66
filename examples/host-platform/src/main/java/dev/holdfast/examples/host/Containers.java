package dev.holdfast.examples.host;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.HoldfastListener;
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
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.util.Optional;

/** What the platform does with a Docker engine: deliver into its containers, index them, offer what images moved to. */
final class Containers implements AutoCloseable {

    private final DockerClient client;
    private final ContainerReconciler reconciler;
    private final Optional<ImageWatcher> images;

    private Containers(DockerClient client, ContainerReconciler reconciler, Optional<ImageWatcher> images) {
        this.client = client;
        this.reconciler = reconciler;
        this.images = images;
    }

    static Containers connect(
            HostOptions options, JdbcTrackingStore store, Workspaces workspaces, HoldfastListener listener) {
        DockerClient client = DockerClients.connect();
        ContainerReconciler reconciler = ContainerReconciler.builder()
                .runtime(DockerRuntime.over(client, "docker"))
                .index(store.containers())
                .catalog(workspaces)
                .listener(listener)
                .build();
        Optional<ImageWatcher> images =
                options.images.isEmpty() ? Optional.empty() : Optional.of(watcher(client, options, store, listener));
        return new Containers(client, reconciler, images);
    }

    private static ImageWatcher watcher(
            DockerClient client, HostOptions options, JdbcTrackingStore store, HoldfastListener listener) {
        RegistryDigests.Builder digests = RegistryDigests.builder();
        options.allowHttp.forEach(digests::plainHttp);
        ImageWatcher.Builder watcher = ImageWatcher.builder()
                .digests(digests.build())
                .refresher(DockerRefresher.over(client))
                .ledger(store.images())
                .policy(UpdatePolicy.manual())
                .listener(listener);
        options.images.forEach(image -> watcher.image(ImageReference.parse(image)));
        return watcher.build();
    }

    DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    ContainerReconciler reconciler() {
        return reconciler;
    }

    Optional<ImageWatcher> images() {
        return images;
    }

    void start() {
        reconciler.start();
        images.ifPresent(ImageWatcher::start);
    }

    @Override
    public void close() {
        images.ifPresent(ImageWatcher::close);
        reconciler.close();
        try {
            client.close();
        } catch (IOException e) {
            throw new TransientException(Reason.UNREACHABLE, "closing the Docker client failed: " + e.getMessage(), e);
        }
    }
}
