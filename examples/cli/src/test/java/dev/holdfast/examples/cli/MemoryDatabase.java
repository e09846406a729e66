package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;

/** Keeps records for the length of a test, over any number of runs. */
final class MemoryDatabase implements Database {

    private final TrackingStore store = InMemoryTrackingStore.create();

    @Override
    public Opened open(HostOptions options, Console console) {
        return new Opened() {
            @Override
            public TrackingStore store() {
                return store;
            }

            @Override
            public void close() {
                // the next run opens it again
            }
        };
    }
}
