package dev.holdfast.internal;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tree in memory, given out again as its source gave it, also where that says more or less than there is. */
final class KeptBundle implements Bundle {

    /** What an entry costs beside its content, about. */
    private static final int ENTRY_BYTES = 400;

    private final Content content;

    KeptBundle(Content content) {
        this.content = content;
    }

    /** An entry; only files have bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Item(BundleEntry entry, byte[] bytes) {}

    /**
     * All of a tree.
     *
     * @param items in the order of the source
     * @param bytes what they hold in memory, about
     */
    record Content(List<Item> items, long bytes) {}

    /** Reads a bundle; empty if it holds more than {@code most} bytes. */
    static Optional<Content> read(Bundle source, long most) throws IOException {
        List<Item> items = new ArrayList<>();
        long bytes = 0;
        try (Entries pass = source.open()) {
            for (BundleEntry entry = pass.next(); entry != null; entry = pass.next()) {
                bytes += ENTRY_BYTES + text(entry);
                if (bytes > most) {
                    return Optional.empty();
                }
                byte[] content = new byte[0];
                if (entry instanceof BundleEntry.File file) {
                    if (file.size() > most - bytes) {
                        return Optional.empty();
                    }
                    try (InputStream in = pass.content()) {
                        // One more, so that whoever compares finds out as well that it is longer than it should be.
                        content = in.readNBytes((int) Math.max(0, file.size()) + 1);
                    }
                    if (content.length < file.size()) {
                        // It ended early: each delivery finds that out for itself, and tries again.
                        return Optional.empty();
                    }
                }
                bytes += content.length;
                if (bytes > most) {
                    return Optional.empty();
                }
                items.add(new Item(entry, content));
            }
        }
        return Optional.of(new Content(List.copyOf(items), bytes));
    }

    /** A character is at most two bytes; of a deep tree paths are the most there is. */
    private static long text(BundleEntry entry) {
        long target = entry instanceof BundleEntry.Link link ? link.target().length() : 0;
        return 2 * (entry.path().length() + target);
    }

    @Override
    public Entries open() {
        return new Pass(content.items().iterator());
    }

    @Override
    public void close() {}

    private static final class Pass implements Entries {

        private final Iterator<Item> items;
        private byte[] bytes = new byte[0];

        Pass(Iterator<Item> items) {
            this.items = items;
        }

        @Override
        public @Nullable BundleEntry next() {
            if (!items.hasNext()) {
                return null;
            }
            Item item = items.next();
            bytes = item.bytes();
            return item.entry();
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }
}
