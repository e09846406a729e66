package dev.holdfast;

import dev.holdfast.TreeManifest.Item;
import dev.holdfast.spi.BundleEntry;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Refuses what is never delivered, entry by entry, and collects what was let through. One guard watches one pass over a
 * bundle; the rules hold for every source alike.
 */
final class BundleGuard {

    private final BundleLimits limits;
    private final SortedMap<String, Item> items = new TreeMap<>();
    /** Folded path to the path as given, so that two names that one file system takes for the same are seen. */
    private final Map<String, String> folded = new HashMap<>();

    private int entries;
    private long bytes;

    BundleGuard(BundleLimits limits) {
        this.limits = limits;
    }

    /** Checks an entry before anything of it is read; a file is entered later by {@link #read}, with its hash. */
    void admit(BundleEntry entry) {
        String path = entry.path();
        checkCount(path);
        checkPath(path);
        enterParents(path);
        if (entry instanceof BundleEntry.Special special) {
            throw refused(path, "is a " + special.kind() + "; only files, directories and links are delivered");
        } else if (entry instanceof BundleEntry.Directory) {
            enterDirectory(path);
        } else if (entry instanceof BundleEntry.Link link) {
            checkLink(path, link.target());
            enter(path, TreeManifest.link(link.target()));
        } else if (entry instanceof BundleEntry.File file) {
            checkSize(file);
            enter(path, new Item(file.executable() ? TreeManifest.Type.EXECUTABLE : TreeManifest.Type.FILE, ""));
        }
    }

    /** Notes the hash of a file that was let through and has been read to its end. */
    void read(String path, String hash) {
        items.computeIfPresent(path, (same, item) -> new Item(item.type(), hash));
    }

    TreeManifest manifest() {
        return new TreeManifest(items);
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    private void checkCount(String path) {
        if (++entries > limits.entries()) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused at '" + shown(path) + "': it has more than " + limits.entries()
                            + " entries; raise BundleLimits.entries if that is meant");
        }
    }

    private void checkSize(BundleEntry.File file) {
        bytes += Math.max(0, file.size());
        if (file.size() > limits.fileBytes()) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused: '" + shown(file.path()) + "' has " + file.size() + " bytes, more than the "
                            + limits.fileBytes() + " of one file; raise BundleLimits.fileBytes if that is meant");
        }
        if (file.size() < 0 || bytes > limits.totalBytes()) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused at '" + shown(file.path()) + "': it has more than " + limits.totalBytes()
                            + " bytes in all; raise BundleLimits.totalBytes if that is meant");
        }
    }

    private void checkPath(String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > limits.pathBytes()) {
            throw refused(path, "has a path of more than " + limits.pathBytes() + " bytes");
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f) || !wellFormed(path)) {
            throw refused(path, "has control characters or broken Unicode in its path");
        }
        if (path.startsWith("/")) {
            throw refused(path, "has an absolute path");
        }
        String[] segments = path.split("/", -1);
        if (segments.length > limits.depth()) {
            throw refused(path, "lies deeper than " + limits.depth() + " directories");
        }
        for (String segment : segments) {
            checkSegment(path, segment);
        }
        if (segments[0].equals(Layout.MARKER)) {
            throw refused(path, "has the name of Holdfast's own marker");
        }
    }

    private static void checkSegment(String path, String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw refused(path, "has an empty segment, '.' or '..' in its path");
        }
        if (segment.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw refused(path, "has a name of more than 255 bytes, which no file system takes");
        }
        if (fold(segment).equals(".git")) {
            throw refused(path, "would plant a git repository");
        }
    }

    /**
     * A link may lead anywhere inside the tree: a relative target whose {@code ..} all come first. One after a name could
     * step out of a directory that is itself a link, and so out of the tree.
     */
    private static void checkLink(String path, String target) {
        if (target.isEmpty() || target.startsWith("/") || target.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw refused(
                    path, "is a link to '" + shown(target) + "'; only relative links inside the tree are delivered");
        }
        int depth = path.split("/", -1).length - 1;
        boolean named = false;
        for (String segment : target.split("/", -1)) {
            if (segment.equals("..")) {
                depth--;
                if (named || depth < 0) {
                    throw refused(path, "is a link to '" + shown(target) + "', which leads out of the tree");
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                named = true;
            }
        }
    }

    private void enterParents(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            enterDirectory(path.substring(0, slash));
        }
    }

    private void enterDirectory(String path) {
        Item there = items.get(path);
        if (there == null) {
            enter(path, TreeManifest.directory());
        } else if (there.type() != TreeManifest.Type.DIRECTORY) {
            throw refused(path, "is a file or link and has entries below it");
        }
    }

    private void enter(String path, Item item) {
        String same = folded.putIfAbsent(fold(path), path);
        if (same != null) {
            throw refused(
                    path,
                    same.equals(path)
                            ? "occurs twice"
                            : "and '" + shown(same) + "' are one name where case or Unicode form does not count");
        }
        items.put(path, item);
    }

    private static String fold(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return Normalizer.normalize(plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }

    private static boolean wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static PermanentException refused(String path, String why) {
        return new PermanentException(
                Reason.BUNDLE_REFUSED, "the bundle is refused: '" + shown(path) + "' " + why + "; mend the source");
    }

    private static String shown(String text) {
        String head = text.length() > 120 ? text.substring(0, 120) + "..." : text;
        return head.replaceAll("\\p{Cntrl}", "?");
    }
}
