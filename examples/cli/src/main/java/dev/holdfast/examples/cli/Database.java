package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.TrackingStore;

/** Where records are kept. */
@FunctionalInterface
interface Database {

    /** Opens it; whoever opens it closes it. */
    Opened open(HostOptions options, Console console);

    /** A store that is ready, and what closes it. */
    interface Opened extends AutoCloseable {

        TrackingStore store();

        @Override
        void close();
    }
}
