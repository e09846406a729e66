package dev.holdfast.delivery.docker;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.Twin;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files of one byte, and a marker at the end.
 *
 * @param files how many
 * @param older the directory that has the same ones already, if they are to be linked
 */
record TwinBundle(int files, Optional<String> older) implements Bundle {

    static final long TIME = 1_600_000_000;

    @Override
    public Entries open() {
        List<BundleEntry> entries = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            String path = "f" + i;
            BundleEntry.File file = new BundleEntry.File(path, 1, false).modified(TIME);
            entries.add(older.map(directory -> file.twin(new Twin(directory + "/" + path, TIME, 0, 0)))
                    .orElse(file));
        }
        entries.add(new BundleEntry.File(".complete", 1, false));
        return new Pass(entries.iterator());
    }

    @Override
    public void close() {}

    private record Pass(Iterator<BundleEntry> left) implements Entries {

        @Override
        public @Nullable BundleEntry next() {
            return left.hasNext() ? left.next() : null;
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(new byte[] {'x'});
        }

        @Override
        public void close() {}
    }
}
