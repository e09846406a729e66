package dev.holdfast.examples.cli;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.store.memory.InMemoryTrackingStore;

/** Keeps records for the length of a test, over any number of runs. */
final class MemoryDatabase implements Database {

    final InMemoryTrackingStore store = InMemoryTrackingStore.create();
    final ContainerIndex containers = InMemoryContainerIndex.create();

    @Override
    public Opened open(HostOptions options, Console console) {
        return new Opened() {
            @Override
            public TrackingStore store() {
                return store;
            }

            @Override
            public ImageLedger images() {
                return store.images();
            }

            @Override
            public ContainerIndex containers() {
                return containers;
            }

            @Override
            public void close() {
                // the next run opens it again
            }
        };
    }
}
