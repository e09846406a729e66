package dev.holdfast.release;

import dev.holdfast.release.ReusableFiles.Reusable;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A source's bundle on its way to a target: every entry is checked and hashed as it streams by, and {@code .complete}
 * is added as the last one. So a target that shows the marker has received everything before it.
 */
final class SealedBundle implements Bundle {

    /** A file whose source does not name its content must be read before it can be found; a larger one is sent. */
    private static final int LARGEST_READ_AHEAD = 8 * 1024 * 1024;

    private final Bundle source;
    private final Marker.Label label;
    private final BundleLimits limits;
    private final ReusableFiles reusable;
    private final long modified;

    @Nullable private Marker marker;

    @Nullable private HoldfastException refusal;

    /**
     * Creates the bundle.
     *
     * @param reusable files of the target that may be linked to
     */
    SealedBundle(Bundle source, Marker.Label label, BundleLimits limits, ReusableFiles reusable) {
        this.source = source;
        this.label = label;
        this.limits = limits;
        this.reusable = reusable;
        this.modified = DeliveredFile.time(label.stamp());
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
        private final SortedMap<String, DeliveredFile> files = new TreeMap<>();
        private final Set<String> taken = new HashSet<>();
        private InputStream content = InputStream.nullInputStream();
        private @Nullable Offer offer;

        Pass(Entries entries) {
            this.entries = entries;
        }

        @Override
        @Nullable public BundleEntry next() throws IOException {
            settle();
            content.close();
            content = InputStream.nullInputStream();
            if (marker != null) {
                return null;
            }
            BundleEntry entry = entries.next();
            return entry == null ? seal() : admitted(entry);
        }

        /** A target that asks for the content of a file with a twin did not link it. */
        @Override
        public InputStream content() throws IOException {
            Offer refused = offer;
            if (refused != null) {
                offer = null;
                content = refused.read().isPresent()
                        ? new ByteArrayInputStream(refused.read().get())
                        : new Hashing(refused.file(), entries.content(), guard);
            }
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
            return entry instanceof BundleEntry.File file ? offered(file) : entry;
        }

        private BundleEntry offered(BundleEntry.File file) throws IOException {
            files.put(file.path(), new DeliveredFile(file.size(), modified, file.contentId()));
            BundleEntry.File entry = file.modified(modified);
            Optional<Reusable> named = file.contentId().flatMap(id -> reusable.find(file, id, taken));
            if (named.isPresent()) {
                guard.read(file.path(), named.get().hash());
                offer = new Offer(file, named.get(), Optional.empty());
                return entry.twin(named.get().twin());
            }
            if (file.size() > LARGEST_READ_AHEAD || !reusable.hasSizeOf(file)) {
                content = new Hashing(file, entries.content(), guard);
                return entry;
            }
            byte[] read = new Hashing(file, entries.content(), guard).readAllBytes();
            content = new ByteArrayInputStream(read);
            Optional<Reusable> same = reusable.find(file, guard.hash(file.path()), taken);
            same.ifPresent(twin -> offer = new Offer(file, twin, Optional.of(read)));
            return same.map(Reusable::twin).map(entry::twin).orElse(entry);
        }

        /** Notes that the last file was linked, if nobody has asked for its content. */
        private void settle() {
            Offer linked = offer;
            if (linked != null) {
                offer = null;
                taken.add(linked.same().path());
                files.put(
                        linked.file().path(),
                        new DeliveredFile(
                                linked.file().size(),
                                linked.same().twin().modified(),
                                linked.file().contentId()));
            }
        }

        private BundleEntry seal() {
            try {
                guard.complete();
            } catch (HoldfastException e) {
                refusal = e;
                throw e;
            }
            Optional<Stamp> sharing = taken.isEmpty() ? Optional.empty() : reusable.from();
            marker = new Marker(label, guard.manifest(), files, sharing);
            byte[] bytes = marker.bytes();
            if (bytes.length > Marker.LARGEST) {
                // Nobody would read it. Without these lines it has room: the guard has seen to that.
                marker = new Marker(label, guard.manifest(), Collections.emptySortedMap(), sharing);
                bytes = marker.bytes();
            }
            content = new ByteArrayInputStream(bytes);
            return new BundleEntry.File(Layout.MARKER, bytes.length, false).modified(modified);
        }
    }

    /**
     * A file that was given out with a twin.
     *
     * @param read its content, where it had to be read to find the twin
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Offer(BundleEntry.File file, Reusable same, Optional<byte[]> read) {}

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
