package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;

/**
 * How large a bundle may be. Whatever passes a limit is refused by name while it streams, before anything is live.
 *
 * @param entries most files, directories and links; default 100,000
 * @param totalBytes most bytes of content in all; default 512 MiB
 * @param fileBytes most bytes of one file; default 256 MiB
 * @param depth most path segments; default 64
 * @param pathBytes most bytes of one path in UTF-8; default 1024
 */
public record BundleLimits(int entries, long totalBytes, long fileBytes, int depth, int pathBytes) {

    private static final long MIB = 1024L * 1024;

    /** Refuses limits below one. */
    public BundleLimits {
        if (entries < 1 || totalBytes < 1 || fileBytes < 1 || depth < 1 || pathBytes < 1) {
            throw PermanentException.invalid(
                    "bundle limits",
                    entries + ", " + totalBytes + ", " + fileBytes + ", " + depth + ", " + pathBytes,
                    "each limit is at least 1");
        }
    }

    /** Returns the defaults. */
    public static BundleLimits standard() {
        return new BundleLimits(100_000, 512 * MIB, 256 * MIB, 64, 1024);
    }

    /** Returns the same with another limit on content, in all and for one file. */
    public BundleLimits bytes(long total, long oneFile) {
        return new BundleLimits(entries, total, oneFile, depth, pathBytes);
    }

    /** Returns the same with another limit on the number of entries. */
    public BundleLimits entries(int most) {
        return new BundleLimits(most, totalBytes, fileBytes, depth, pathBytes);
    }
}
