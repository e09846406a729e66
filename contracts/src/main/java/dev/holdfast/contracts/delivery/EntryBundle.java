package dev.holdfast.contracts.delivery;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A bundle of ready entries, which notes whose content was asked for. */
final class EntryBundle implements Bundle {

    private record Held(BundleEntry entry, String text) {}

    private final List<Held> entries = new ArrayList<>();
    private final Set<String> read = new HashSet<>();

    EntryBundle add(BundleEntry.File file, String text) {
        entries.add(new Held(file, text));
        return this;
    }

    /** Returns whether the content of a file was asked for in the last pass. */
    boolean wasRead(String path) {
        return read.contains(path);
    }

    @Override
    public Entries open() {
        read.clear();
        Iterator<Held> held = entries.iterator();
        return new Entries() {

            private Held last = new Held(new BundleEntry.Directory("none"), "");

            @Override
            public @Nullable BundleEntry next() {
                if (!held.hasNext()) {
                    return null;
                }
                last = held.next();
                return last.entry();
            }

            @Override
            public InputStream content() {
                read.add(last.entry().path());
                return new ByteArrayInputStream(last.text().getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
