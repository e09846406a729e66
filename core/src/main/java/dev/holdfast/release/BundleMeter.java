package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.BundleEntry;
import java.nio.charset.StandardCharsets;

/**
 * Counts one pass over a bundle and refuses it at the first entry that is beyond its limits. For those who read a
 * source before anything of it is delivered; a delivery counts by itself. For one thread.
 */
public final class BundleMeter {

    private final BundleLimits limits;
    private int entries;
    private long bytes;

    /** Returns one that has counted nothing. */
    public BundleMeter(BundleLimits limits) {
        this.limits = limits;
    }

    /**
     * Counts an entry, by what it says of itself and before its content is read.
     *
     * @throws PermanentException with {@link Reason#TOO_LARGE} or {@link Reason#BUNDLE_REFUSED}; the message names the
     *     limit
     */
    public void measure(BundleEntry entry) {
        checkCount(entry.path());
        checkLength(entry.path());
        if (entry instanceof BundleEntry.File file) {
            checkSize(file);
        }
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    private void checkCount(String path) {
        if (++entries > limits.entries()) {
            throw tooMany(path);
        }
    }

    PermanentException tooMany(String path) {
        return new PermanentException(
                Reason.TOO_LARGE,
                "the bundle is refused at '" + BundleRefusal.shown(path) + "': it has more than " + limits.entries()
                        + " entries; raise BundleLimits.entries if that is meant");
    }

    private void checkSize(BundleEntry.File file) {
        if (file.size() < 0) {
            throw BundleRefusal.of(file.path(), "is said to have " + file.size() + " bytes");
        }
        if (file.size() > limits.fileBytes()) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused: '" + BundleRefusal.shown(file.path()) + "' has " + file.size()
                            + " bytes, more than the " + limits.fileBytes()
                            + " of one file; raise BundleLimits.fileBytes if that is meant");
        }
        if (file.size() > limits.totalBytes() - bytes) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused at '" + BundleRefusal.shown(file.path()) + "': it has more than "
                            + limits.totalBytes() + " bytes in all; raise BundleLimits.totalBytes if that is meant");
        }
        bytes += file.size();
    }

    private void checkLength(String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > limits.pathBytes()) {
            throw BundleRefusal.of(path, "has a path of more than " + limits.pathBytes() + " bytes");
        }
        if (path.chars().filter(c -> c == '/').count() >= limits.depth()) {
            throw BundleRefusal.of(path, "lies deeper than " + limits.depth() + " directories");
        }
    }
}
