package dev.holdfast;

import dev.holdfast.spi.BundleEntry;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What one reading of a local directory found.
 *
 * @param folder the directory
 * @param items its entries, a directory before what is in it, siblings by name
 * @param revision the hash of all of it
 */
record LocalTree(LocalFolder folder, List<Item> items, Revision revision) {

    /**
     * One entry and the hash of its content.
     *
     * @param entry what it is
     * @param sha256 the content's hash in hex; empty for all but files
     */
    record Item(BundleEntry entry, String sha256) {}

    /**
     * Reads the directory once, contents included.
     *
     * @throws TransientException if it changes or fails while it is read, or the deadline passes
     * @throws PermanentException if something in it may not be read, or it is larger than the limits
     */
    static LocalTree read(LocalFolder folder, BundleLimits limits, Deadline deadline) {
        LocalReading reading = new LocalReading(folder, limits, deadline);
        List<Item> items;
        try {
            items = reading.items();
        } catch (AccessDeniedException e) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    "cannot read local://" + folder.location() + ": no permission for " + e.getFile()
                            + "; let this process read the whole directory",
                    e);
        } catch (NoSuchFileException e) {
            throw new TransientException(
                    Reason.UNREACHABLE,
                    "local://" + folder.location() + " changed while it was read: " + e.getFile()
                            + " went away; try again when nobody writes there",
                    e);
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "cannot read local://" + folder.location() + ": " + e.getMessage(), e);
        }
        return new LocalTree(folder, List.copyOf(items), revision(items));
    }

    /** Returns a fresh SHA-256. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Every part is framed by its length: two different trees never give the same bytes. */
    private static Revision revision(List<Item> items) {
        MessageDigest digest = sha256();
        frame(digest, "holdfast local tree 1".getBytes(StandardCharsets.UTF_8));
        for (Item item : items) {
            frame(digest, item.entry().path().getBytes(StandardCharsets.UTF_8));
            frame(digest, described(item.entry()).getBytes(StandardCharsets.UTF_8));
            frame(digest, item.sha256().getBytes(StandardCharsets.UTF_8));
        }
        return Revision.of("sha256:" + hex(digest));
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String described(BundleEntry entry) {
        if (entry instanceof BundleEntry.File file) {
            return (file.executable() ? "executable " : "file ") + file.size();
        }
        if (entry instanceof BundleEntry.Link link) {
            return "link " + link.target();
        }
        return entry instanceof BundleEntry.Directory ? "directory" : "special";
    }

    private static void frame(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
