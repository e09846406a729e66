package dev.holdfast.testkit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A bundle over a map of paths to texts: paths as in {@code SourceFixture} of the contracts. */
public final class MemoryBundle implements Bundle {

    private static final String LINK = "->";

    private final Map<String, String> files;
    private final Deadline deadline;

    /** Creates a bundle that can be read until the deadline. */
    public MemoryBundle(Map<String, String> files, Deadline deadline) {
        this.files = new TreeMap<>(files);
        this.deadline = deadline;
    }

    @Override
    public Entries open() {
        return new Pass(files.entrySet().iterator());
    }

    @Override
    public void close() {
        // nothing is held
    }

    private static BundleEntry entry(String path, String text) {
        if (text.startsWith(LINK)) {
            return new BundleEntry.Link(path, text.substring(LINK.length()).strip());
        }
        boolean executable = path.endsWith("*");
        String name = executable ? path.substring(0, path.length() - 1) : path;
        return new BundleEntry.File(name, text.getBytes(StandardCharsets.UTF_8).length, executable);
    }

    private final class Pass implements Entries {

        private final Iterator<Map.Entry<String, String>> files;
        private byte[] content = {};

        Pass(Iterator<Map.Entry<String, String>> files) {
            this.files = files;
        }

        @Override
        public @Nullable BundleEntry next() {
            deadline.check("reading a bundle");
            if (!files.hasNext()) {
                return null;
            }
            Map.Entry<String, String> file = files.next();
            content = file.getValue().getBytes(StandardCharsets.UTF_8);
            return entry(file.getKey(), file.getValue());
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
