package dev.holdfast.delivery.docker;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** A source that stops answering in the middle of a file. */
final class HangingBundle implements Bundle {

    @Override
    public Entries open() {
        return new Entries() {
            @Override
            public BundleEntry next() {
                return new BundleEntry.File("endless", 1000, false);
            }

            @Override
            public InputStream content() {
                return new InputStream() {
                    @Override
                    public int read() throws IOException {
                        return read(new byte[1], 0, 1);
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        try {
                            new CountDownLatch(1).await();
                            return -1;
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IOException(e);
                        }
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
