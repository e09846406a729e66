package dev.holdfast.examples.cli;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;

/** Where records are kept: in memory until the store on PostgreSQL is there. */
final class PostgreSqlDatabase implements Database {
    @Override
    public Opened open(HostOptions options, Console console) {
        TrackingStore store = InMemoryTrackingStore.create();
        return new Opened() {
            @Override
            public TrackingStore store() {
                return store;
            }

            @Override
            public void close() {}
        };
    }
}
