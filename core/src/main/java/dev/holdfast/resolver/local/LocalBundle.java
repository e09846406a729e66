package dev.holdfast.resolver.local;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Streams the files of a {@link LocalTree}, each checked against the hash that is part of the revision. */
final class LocalBundle implements Bundle {

    private final LocalTree tree;
    private final Deadline deadline;

    LocalBundle(LocalTree tree, Deadline deadline) {
        this.tree = tree;
        this.deadline = deadline;
    }

    @Override
    public Entries open() {
        return new Pass();
    }

    @Override
    public void close() {
        // nothing is held between passes
    }

    private final class Pass implements Entries {

        private final Iterator<LocalTree.Item> items = tree.items().iterator();
        private LocalTree.@Nullable Item current;
        private @Nullable InputStream content;

        @Override
        public @Nullable BundleEntry next() throws IOException {
            deadline.check("reading local://" + tree.folder().location());
            close();
            current = items.hasNext() ? items.next() : null;
            return current == null ? null : current.entry();
        }

        @Override
        public InputStream content() throws IOException {
            if (current == null || !(current.entry() instanceof BundleEntry.File file) || content != null) {
                throw new IllegalStateException("content() is for the file that next() just gave, once");
            }
            content = new Checked(tree.folder().open(file.path()), file, current.sha256());
            return content;
        }

        @Override
        public void close() {
            if (content != null) {
                try {
                    content.close();
                } catch (IOException e) {
                    // only read from: nothing can be lost
                }
                content = null;
            }
        }
    }

    /** Gives exactly the bytes that were hashed, or fails before it says that the file has ended. */
    private final class Checked extends InputStream {

        private final InputStream in;
        private final BundleEntry.File file;
        private final String expected;
        private final MessageDigest digest = LocalTree.sha256();
        private long left;

        Checked(InputStream in, BundleEntry.File file, String expected) {
            this.in = in;
            this.file = file;
            this.expected = expected;
            this.left = file.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            deadline.check("reading local://" + tree.folder().location());
            if (length == 0) {
                return 0;
            }
            int n = in.read(buffer, offset, length);
            left -= Math.max(n, 0);
            if (left < 0 || (n < 0 && left > 0)) {
                throw changed();
            }
            if (n > 0) {
                digest.update(buffer, offset, n);
            }
            // A consumer that stops at the known size never sees the end, so the last bytes are judged before they go.
            if (left == 0 && n > 0 && !expected.equals(LocalTree.hex(digest))) {
                throw changed();
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private IOException changed() {
            return new IOException("local://" + tree.folder().location() + " changed while it was read: "
                    + file.path() + " no longer has the content of revision "
                    + tree.revision().abbreviated());
        }
    }
}
