package dev.holdfast.contracts.kill;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A bundle with a point before its first entry, after each, and half way through each file. */
final class FailpointBundle implements Bundle {

    private final Bundle bundle;
    private final Failpoints points;
    private final String upload;

    FailpointBundle(Bundle bundle, Failpoints points, String upload) {
        this.bundle = bundle;
        this.points = points;
        this.upload = upload;
    }

    @Override
    public Entries open() {
        return new Pass(bundle.open());
    }

    @Override
    public void close() {
        bundle.close();
    }

    private final class Pass implements Entries {

        private final Entries entries;
        private int given;
        private long size;

        Pass(Entries entries) {
            this.entries = entries;
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            points.hit("in " + upload + " after entry " + given);
            BundleEntry entry = entries.next();
            given++;
            size = entry instanceof BundleEntry.File file ? file.size() : 0;
            return entry;
        }

        @Override
        public InputStream content() throws IOException {
            InputStream content = entries.content();
            return size < 2
                    ? content
                    : new Half(content, size / 2, "in " + upload + " half way through entry " + given);
        }

        @Override
        public void close() {
            entries.close();
        }
    }

    private final class Half extends FilterInputStream {

        private final String name;
        private long left;

        Half(InputStream content, long left, String name) {
            super(content);
            this.left = left;
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                points.hit(name);
                left = Long.MAX_VALUE;
            }
            int count = in.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(8192, Math.max(0, count))]));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
