package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Refuses what is never delivered, entry by entry, and collects what was let through. One guard watches one pass over a
 * bundle; the rules hold for every source alike.
 */
final class BundleGuard {

    private static final Set<String> GIT = Set.of(".git", "git~1");
    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");
    /** Marks that make a name read as another one: ends of lines, and turns of the direction of writing. */
    private static final Pattern MISLEADING = Pattern.compile("[\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

    private static final Pattern SLASHES = Pattern.compile("/+");
    /** What every file system takes; XFS takes no more. */
    private static final int LONGEST_LINK = 1023;
    /** What a line of the marker has beside the path. */
    private static final int MARKER_LINE = 80;

    private final BundleLimits limits;
    private final BundleMeter meter;
    private final long largestMarker;
    private final SortedMap<String, Item> items = new TreeMap<>();
    /** Folded path to the path as given, so that two names that one file system takes for the same are seen. */
    private final Map<String, String> folded = new HashMap<>();

    private long markerBytes;

    BundleGuard(BundleLimits limits) {
        this(limits, Marker.LARGEST);
    }

    BundleGuard(BundleLimits limits, long largestMarker) {
        this.limits = limits;
        this.meter = new BundleMeter(limits);
        this.largestMarker = largestMarker;
    }

    /**
     * Checks an entry before anything of it is read; a file is entered later by {@link #read}, with its hash.
     *
     * @return what is to be delivered: the entry, or a link without needless slashes, which not every target can write
     */
    BundleEntry admit(BundleEntry entry) {
        String path = entry.path();
        meter.measure(entry);
        checkPath(path);
        enterParents(path);
        if (entry instanceof BundleEntry.Special special) {
            throw BundleRefusal.of(
                    path, "is a " + special.kind() + "; only files, directories and links are delivered");
        } else if (entry instanceof BundleEntry.Directory) {
            enterDirectory(path);
        } else if (entry instanceof BundleEntry.Link link) {
            checkLink(path, link.target());
            String target = withoutNeedlessSlashes(link.target());
            enter(path, TreeManifest.link(target));
            return new BundleEntry.Link(path, target);
        } else if (entry instanceof BundleEntry.File file) {
            enter(path, new Item(file.executable() ? TreeManifest.Type.EXECUTABLE : TreeManifest.Type.FILE, ""));
        }
        return entry;
    }

    /** Checks at the end that there is something: a source that lost its files would take away what works. */
    void complete() {
        if (items.values().stream().allMatch(item -> item.type() == TreeManifest.Type.DIRECTORY)) {
            throw new PermanentException(
                    Reason.BUNDLE_REFUSED, "the bundle is refused: it holds no file and no link; mend the source");
        }
    }

    /** Notes the hash of a file that was let through and has been read to its end. */
    void read(String path, String hash) {
        items.computeIfPresent(path, (same, item) -> new Item(item.type(), hash));
    }

    /** Returns the hash that {@link #read} noted of a file. */
    String hash(String path) {
        Item item = items.get(path);
        return item == null ? "" : item.hash();
    }

    int entries() {
        return meter.entries();
    }

    long bytes() {
        return meter.bytes();
    }

    /** Reads a whole bundle as a delivery would, limits and refusals included. */
    static TreeManifest manifest(Bundle bundle, BundleLimits limits) throws IOException {
        BundleGuard guard = new BundleGuard(limits);
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                guard.admit(entry);
                if (entry instanceof BundleEntry.File file) {
                    guard.read(file.path(), TreeManifest.hash(entries.content()));
                }
            }
            return guard.manifest();
        }
    }

    TreeManifest manifest() {
        return new TreeManifest(items);
    }

    private static void checkPath(String path) {
        if (!plain(path)) {
            throw BundleRefusal.of(
                    path, "has control characters, marks of line or direction, or broken Unicode in its path");
        }
        if (path.startsWith("/")) {
            throw BundleRefusal.of(path, "has an absolute path");
        }
        String[] segments = path.split("/", -1);
        for (String segment : segments) {
            checkSegment(path, segment);
        }
        if (FoldedName.of(segments[0]).equals(Layout.MARKER)) {
            throw BundleRefusal.of(path, "has the name of Holdfast's own marker");
        }
    }

    private static void checkSegment(String path, String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw BundleRefusal.of(path, "has an empty segment, '.' or '..' in its path");
        }
        if (segment.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw BundleRefusal.of(path, "has a name of more than 255 bytes, which no file system takes");
        }
        if (isGit(segment)) {
            throw BundleRefusal.of(path, "would plant a git repository");
        }
    }

    /**
     * Whether some file system takes the name for {@code .git}: HFS+ ignores invisible characters, NTFS dots and spaces
     * at the end, what follows a colon, and has a short name for it.
     */
    private static boolean isGit(String segment) {
        if (segment.indexOf('~') < 0 && segment.codePointAt(0) < 0x80 && segment.charAt(0) != '.') {
            return false;
        }
        String visible = INVISIBLE.matcher(segment).replaceAll("");
        int colon = visible.indexOf(':');
        String name = foldedForGit(colon < 0 ? visible : visible.substring(0, colon));
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        return GIT.contains(name.substring(0, end));
    }

    /**
     * A link may lead anywhere inside the tree: a relative target whose {@code ..} all come first. One after a name
     * could step out of a directory that is itself a link, and so out of the tree.
     */
    private static void checkLink(String path, String target) {
        if (target.isEmpty() || target.startsWith("/") || !plain(target)) {
            throw BundleRefusal.of(
                    path,
                    "is a link to '" + BundleRefusal.shown(target)
                            + "'; only relative links inside the tree are delivered");
        }
        int length = target.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_LINK) {
            throw BundleRefusal.of(
                    path,
                    "is a link to a path of " + length + " bytes, more than the " + LONGEST_LINK
                            + " that every file system takes");
        }
        int depth = path.split("/", -1).length - 1;
        boolean named = false;
        for (String segment : target.split("/", -1)) {
            if (segment.equals("..")) {
                depth--;
                if (named || depth < 0) {
                    throw BundleRefusal.of(
                            path, "is a link to '" + BundleRefusal.shown(target) + "', which leads out of the tree");
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                named = true;
            }
        }
    }

    private static String withoutNeedlessSlashes(String target) {
        String plain = SLASHES.matcher(target).replaceAll("/");
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private void enterParents(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            enterDirectory(path.substring(0, slash));
        }
    }

    private void enterDirectory(String path) {
        Item there = items.get(path);
        if (there == null) {
            // Those that are only implied take room as well: a few long paths could name millions.
            if (items.size() >= limits.entries()) {
                throw meter.tooMany(path);
            }
            enter(path, TreeManifest.directory());
        } else if (there.type() != TreeManifest.Type.DIRECTORY) {
            throw BundleRefusal.of(path, "is a file or link and has entries below it");
        }
    }

    private void enter(String path, Item item) {
        String same = folded.putIfAbsent(FoldedName.of(path), path);
        if (same != null) {
            throw BundleRefusal.of(
                    path,
                    same.equals(path)
                            ? "occurs twice"
                            : "and '" + BundleRefusal.shown(same)
                                    + "' are one name where case or Unicode form does not count");
        }
        markerBytes += MARKER_LINE + path.getBytes(StandardCharsets.UTF_8).length;
        if (markerBytes > largestMarker) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    "the bundle is refused at '" + BundleRefusal.shown(path)
                            + "': its list of paths is larger than the "
                            + Marker.LARGEST
                            + " bytes of a marker; deliver fewer files or shorter paths");
        }
        items.put(path, item);
    }

    /** Wider than {@link FoldedName}: what only looks like it is refused as well. */
    private static String foldedForGit(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.toLowerCase(Locale.ROOT);
        }
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        return Normalizer.normalize(plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }

    private static boolean plain(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && !MISLEADING.matcher(text).find()
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
