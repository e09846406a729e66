package dev.holdfast.resolver.local;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.delivery.BundleEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    static LocalTree of(LocalFolder folder, List<Item> items) {
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
