package dev.holdfast.release;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source's bundle on its way to a target: every entry is checked and hashed as it streams by, and {@code .complete} is
 * added as the last one. So a target that shows the marker has received everything before it.
 */
final class SealedBundle implements Bundle {

    private final Bundle source;
    private final Marker.Label label;
    private final BundleLimits limits;

    @Nullable private Marker marker;

    @Nullable private HoldfastException refusal;

    SealedBundle(Bundle source, Marker.Label label, BundleLimits limits) {
        this.source = source;
        this.label = label;
        this.limits = limits;
    }

    @Override
    public Entries open() {
        marker = null;
        refusal = null;
        return new Pass(source.open());
    }

    @Override
    public void close() {
        source.close();
    }

    /** Returns the marker of the last pass that came to its end. */
    Optional<Marker> marker() {
        return Optional.ofNullable(marker);
    }

    /** Returns why the last pass was ended by us; an adapter may have wrapped it beyond recognition. */
    Optional<HoldfastException> refusal() {
        return Optional.ofNullable(refusal);
    }

    private final class Pass implements Entries {

        private final Entries entries;
        private final BundleGuard guard = new BundleGuard(limits);
        private InputStream content = InputStream.nullInputStream();

        Pass(Entries entries) {
            this.entries = entries;
        }

        @Override
        @Nullable public BundleEntry next() throws IOException {
            content.close();
            content = InputStream.nullInputStream();
            if (marker != null) {
                return null;
            }
            BundleEntry entry = entries.next();
            return entry == null ? seal() : admitted(entry);
        }

        @Override
        public InputStream content() {
            return content;
        }

        @Override
        public void close() {
            entries.close();
        }

        private BundleEntry admitted(BundleEntry offered) throws IOException {
            BundleEntry entry;
            try {
                entry = guard.admit(offered);
            } catch (HoldfastException e) {
                refusal = e;
                throw e;
            }
            if (entry instanceof BundleEntry.File file) {
                content = new Hashing(file, entries.content(), guard);
            }
            return entry;
        }

        private BundleEntry seal() {
            try {
                guard.complete();
            } catch (HoldfastException e) {
                refusal = e;
                throw e;
            }
            marker = new Marker(label, guard.manifest());
            byte[] bytes = marker.bytes();
            content = new ByteArrayInputStream(bytes);
            return new BundleEntry.File(Layout.MARKER, bytes.length, false);
        }
    }

    /** A file's content, hashed as it is read; closing it reads what the target left, so that the hash covers all. */
    private static final class Hashing extends FilterInputStream {

        private final BundleEntry.File file;
        private final BundleGuard guard;
        private final MessageDigest sha = TreeManifest.sha256();
        private long left;
        private boolean done;

        Hashing(BundleEntry.File file, InputStream content, BundleGuard guard) {
            super(content);
            this.file = file;
            this.guard = guard;
            this.left = file.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                finish();
                return -1;
            }
            int count = in.read(buffer, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("'" + file.path() + "' ended " + left + " bytes early");
            }
            sha.update(buffer, offset, count);
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(8192, Math.max(0, count))];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            if (!done) {
                transferTo(java.io.OutputStream.nullOutputStream());
                finish();
            }
            super.close();
        }

        private void finish() throws IOException {
            if (!done) {
                done = true;
                if (in.read() >= 0) {
                    throw new IOException("'" + file.path() + "' is longer than the " + file.size() + " bytes it said");
                }
                guard.read(file.path(), HexFormat.of().formatHex(sha.digest()));
            }
        }
    }
}
