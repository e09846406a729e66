package dev.holdfast.examples.cli;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.store.TrackingStore;

/** Where records are kept. */
@FunctionalInterface
interface Database {

    /** Opens it; whoever opens it closes it. */
    Opened open(HostOptions options, Console console);

    /** A store that is ready, and what closes it. */
    interface Opened extends AutoCloseable {

        TrackingStore store();

        /** Returns what is remembered of images, beside the same records. */
        ImageLedger images();

        /** Returns the index of containers that hosts on the same records keep. */
        ContainerIndex containers();

        @Override
        void close();
    }
}
