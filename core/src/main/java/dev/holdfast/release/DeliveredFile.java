package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.FileFacts;
import java.time.Duration;
import java.util.Optional;

/**
 * What a marker keeps of one file, to know it again without reading it.
 *
 * @param size bytes
 * @param modified the modification time that its delivery set, in seconds since 1970
 * @param contentId its source's name for the content
 */
record DeliveredFile(long size, long modified, Optional<String> contentId) {

    /**
     * What is written into a file later has a later time, also in the second of the delivery, and on a clock that is a
     * little behind.
     */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    /** Returns the modification time that a delivery sets, in seconds since 1970. */
    static long time(Stamp stamp) {
        return Math.max(0, stamp.time().minus(BEFORE).getEpochSecond());
    }

    /** Returns whether a target shows this file, with the mode of {@code item}. */
    boolean isShownBy(FileFacts facts, Item item) {
        return facts.size() == size
                && facts.modified() == modified
                && facts.mode() == Integer.parseInt(item.type().mode(), 8);
    }

    /** Returns what a line of the marker holds before the path. */
    String text() {
        return size + " " + modified + " " + contentId.orElse("-");
    }

    /** Reads {@link #text}. */
    static DeliveredFile parse(String size, String modified, String contentId) {
        return new DeliveredFile(
                Long.parseLong(size),
                Long.parseLong(modified),
                contentId.equals("-") ? Optional.empty() : Optional.of(contentId));
    }
}
