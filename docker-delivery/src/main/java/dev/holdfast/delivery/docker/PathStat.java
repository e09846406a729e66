package dev.holdfast.delivery.docker;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an engine says of a path beside its archive: of the path itself, a link not followed. Podman follows the link
 * for the archive, and says this also where the link leads to nothing.
 *
 * @param kind what stands there
 * @param size in bytes; of a link, of what it holds
 * @param leadsTo where it leads in the end, all links followed; empty if the engine does not say
 * @param leadsToDirectory whether a directory is there in the end, as far as the engine says so
 */
record PathStat(Entry.Kind kind, String size, String leadsTo, boolean leadsToDirectory) {

    static final String HEADER = "X-Docker-Container-Path-Stat";

    private static final Pattern MODE = Pattern.compile("\"mode\":\\s*(\\d+)");
    private static final Pattern SIZE = Pattern.compile("\"size\":\\s*(\\d+)");
    private static final Pattern LEADS_TO = Pattern.compile("\"linkTarget\":\\s*\"([^\"\\\\]+)\"");
    private static final Pattern IS_DIRECTORY = Pattern.compile("\"isDir\":\\s*true");
    /** Bits of Go's {@code os.FileMode}, which is what the engine sends. */
    private static final long DIRECTORY = 1L << 31;

    private static final long LINK = 1L << 27;
    private static final long OTHER = 1L << 26 | 1L << 25 | 1L << 24 | 1L << 21 | 1L << 19;

    /** Reads the header of an answer; empty if there is none. */
    static Optional<PathStat> of(String path, @Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        // Docker writes one alphabet of Base64, Podman the other.
        byte[] bytes = Base64.getUrlDecoder().decode(header.replace('+', '-').replace('/', '_'));
        String told = new String(bytes, StandardCharsets.UTF_8);
        String mode = group(MODE, told);
        if (mode.isEmpty()) {
            throw new PermanentException(Reason.PROTOCOL, "the engine describes " + path + " as " + told);
        }
        Entry.Kind kind = kind(Long.parseLong(mode));
        boolean directory =
                kind == Entry.Kind.DIRECTORY || IS_DIRECTORY.matcher(told).find();
        return Optional.of(new PathStat(kind, group(SIZE, told), group(LEADS_TO, told), directory));
    }

    private static Entry.Kind kind(long mode) {
        return (mode & LINK) != 0
                ? Entry.Kind.LINK
                : (mode & DIRECTORY) != 0
                        ? Entry.Kind.DIRECTORY
                        : (mode & OTHER) != 0 ? Entry.Kind.OTHER : Entry.Kind.FILE;
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Returns what stands at the path; of a link, what it holds where {@link #storedTarget} can tell. */
    Entry entry(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return new Entry(name, kind, kind == Entry.Kind.LINK ? storedTarget(path) : Optional.empty());
    }

    /**
     * Tells what a link points to from what the engine says of it: where it leads, every other link on the way
     * followed, and how many bytes are stored. When it leads into a hidden folder beside the link and the way there is
     * that long, the way is what is stored: a different text of that length could only lead there through one more
     * link.
     */
    private Optional<String> storedTarget(String path) {
        String beside = path.substring(0, path.lastIndexOf('/') + 1);
        if (!leadsTo.startsWith(beside + ".")) {
            return Optional.empty();
        }
        String way = leadsTo.substring(beside.length());
        boolean whole =
                Integer.toString(way.getBytes(StandardCharsets.UTF_8).length).equals(size);
        return whole ? Optional.of(way) : Optional.empty();
    }
}
