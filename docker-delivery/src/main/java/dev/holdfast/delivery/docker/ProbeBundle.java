package dev.holdfast.delivery.docker;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One file, large enough not to find room on a disk that is full, small enough to be sent before anybody answers. */
final class ProbeBundle implements Bundle {

    private static final String NAME = ".probe";
    private static final int SIZE = 32 * 1024;

    @Override
    public Entries open() {
        return new Entries() {
            private boolean told;

            @Override
            public @Nullable BundleEntry next() {
                boolean first = !told;
                told = true;
                return first ? new BundleEntry.File(NAME, SIZE, false) : null;
            }

            @Override
            public InputStream content() {
                return new ByteArrayInputStream(new byte[SIZE]);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
