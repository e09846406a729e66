package dev.holdfast.spi.delivery;

import dev.holdfast.spi.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The tree of one revision, as a stream of entries. It can be opened again until it is closed, and each pass gives the
 * same entries in the same order. Used by one thread at a time.
 */
public interface Bundle extends AutoCloseable {

    /**
     * Starts a pass at the first entry. The caller closes it before it opens the next.
     *
     * @throws HoldfastException if the tree cannot be read
     */
    Entries open();

    /** Frees what the bundle holds. May be called twice. */
    @Override
    void close();

    /** One pass over a bundle: pull-based, so that a reader which stops, stops the source. */
    interface Entries extends AutoCloseable {

        /**
         * Moves to the next entry.
         *
         * @return the entry, or null after the last
         * @throws IOException if the tree cannot be read further; the pass is then over
         */
        @Nullable BundleEntry next() throws IOException;

        /**
         * Returns the content of the file that {@link #next} just gave, exactly {@link BundleEntry.File#size()} bytes.
         * At most once for each file; valid until the next call of {@link #next}. Need not be read to its end.
         */
        InputStream content() throws IOException;

        @Override
        void close();
    }
}
