package dev.holdfast.release;

import dev.holdfast.release.FileLines.Hunk;
import dev.holdfast.release.FileLines.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Compares two files line by line, within bounds of time and memory whatever they hold. */
public final class LineComparison {

    /** The largest file that is compared, in bytes. */
    public static final int LARGEST = 64 * 1024;

    private static final int MOST_LINES = 400;
    private static final int LONGEST_LINE = 400;
    private static final int AROUND = 3;

    /** Above this many cells what differs is shown as all gone and all new: a diff, if not the shortest. */
    private static final long MOST_CELLS = 4_000_000;

    private final List<String> older;
    private final List<String> newer;
    private final List<String> lines = new ArrayList<>();

    private LineComparison(List<String> older, List<String> newer) {
        this.older = older;
        this.newer = newer;
    }

    /** Returns the changed lines of a file; both are at most {@link #LARGEST} bytes. */
    public static FileLines of(String path, byte[] older, byte[] newer) {
        Optional<List<String>> before = text(older);
        Optional<List<String>> after = text(newer);
        if (before.isEmpty() || after.isEmpty()) {
            return FileLines.without(path, Kind.BINARY);
        }
        LineComparison comparison = new LineComparison(before.get(), after.get());
        comparison.compare();
        return comparison.shown(path);
    }

    /** Returns a file of which no lines are shown. */
    public static FileLines without(String path, Kind kind) {
        return FileLines.without(path, kind);
    }

    private static Optional<List<String>> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                return Optional.empty();
            }
            List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
            if (lines.get(lines.size() - 1).isEmpty()) {
                // What follows the last line's end is no line.
                lines.remove(lines.size() - 1);
            }
            return Optional.of(lines);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Fills {@link #lines}, each with its sign. */
    private void compare() {
        int start = 0;
        int most = Math.min(older.size(), newer.size());
        while (start < most && older.get(start).equals(newer.get(start))) {
            start++;
        }
        int end = 0;
        while (end < most - start && older.get(older.size() - 1 - end).equals(newer.get(newer.size() - 1 - end))) {
            end++;
        }
        older.subList(0, start).forEach(line -> lines.add(" " + line));
        between(older.subList(start, older.size() - end), newer.subList(start, newer.size() - end));
        older.subList(older.size() - end, older.size()).forEach(line -> lines.add(" " + line));
    }

    private void between(List<String> gone, List<String> fresh) {
        if ((gone.size() + 1L) * (fresh.size() + 1L) > MOST_CELLS) {
            gone.forEach(line -> lines.add("-" + line));
            fresh.forEach(line -> lines.add("+" + line));
            return;
        }
        short[][] common = common(gone, fresh);
        int i = 0;
        int j = 0;
        while (i < gone.size() || j < fresh.size()) {
            boolean same = i < gone.size() && j < fresh.size() && gone.get(i).equals(fresh.get(j));
            if (same) {
                lines.add(" " + gone.get(i));
                i++;
                j++;
            } else if (j == fresh.size() || (i < gone.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("-" + gone.get(i++));
            } else {
                lines.add("+" + fresh.get(j++));
            }
        }
    }

    /**
     * Returns how many lines the rests from {@code [i][j]} on have in common, in order. So few cells have no rest above
     * 32,767.
     */
    private static short[][] common(List<String> gone, List<String> fresh) {
        short[][] common = new short[gone.size() + 1][fresh.size() + 1];
        for (int i = gone.size() - 1; i >= 0; i--) {
            for (int j = fresh.size() - 1; j >= 0; j--) {
                common[i][j] = gone.get(i).equals(fresh.get(j))
                        ? (short) (common[i + 1][j + 1] + 1)
                        : (short) Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private FileLines shown(String path) {
        List<Hunk> hunks = new ArrayList<>();
        int left = MOST_LINES;
        int before = 1;
        int after = 1;
        int at = 0;
        while (at < lines.size() && left > 0) {
            int end = at;
            if (isNear(at)) {
                while (end < lines.size() && end - at < left && isNear(end)) {
                    end++;
                }
                List<String> part = lines.subList(at, end);
                hunks.add(new Hunk(
                        before, after, part.stream().map(LineComparison::brief).toList()));
                left -= part.size();
            } else {
                end++;
            }
            for (String line : lines.subList(at, end)) {
                before += line.charAt(0) == '+' ? 0 : 1;
                after += line.charAt(0) == '-' ? 0 : 1;
            }
            at = end;
        }
        int rest = at;
        boolean cut = lines.subList(rest, lines.size()).stream().anyMatch(line -> line.charAt(0) != ' ');
        return new FileLines(path, Kind.TEXT, hunks, cut);
    }

    /** Returns whether a line changed, or is near one that did. */
    private boolean isNear(int at) {
        return lines.subList(Math.max(0, at - AROUND), Math.min(lines.size(), at + AROUND + 1)).stream()
                .anyMatch(line -> line.charAt(0) != ' ');
    }

    private static String brief(String line) {
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }
}
