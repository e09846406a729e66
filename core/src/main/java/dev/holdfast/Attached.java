package dev.holdfast;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.images.ImageWatcher;
import java.util.Optional;

/** What runs beside the engine and starts and ends with it. */
record Attached(Optional<ImageWatcher> images, Optional<ContainerReconciler> containers, StartedContainers started)
        implements AutoCloseable {

    void start() {
        containers.ifPresent(ContainerReconciler::start);
        images.ifPresent(ImageWatcher::start);
    }

    @Override
    public void close() {
        images.ifPresent(ImageWatcher::close);
        containers.ifPresent(ContainerReconciler::close);
    }
}
