package dev.holdfast.release;

import java.util.List;

/**
 * The changed lines of one file.
 *
 * @param path below the plugin's root
 * @param kind whether there are lines to show
 * @param hunks the changes with three lines around each, from the top; empty where there are no lines to show, and
 *     where only the mode has changed
 * @param cut whether more lines follow that are not shown
 */
public record FileLines(String path, Kind kind, List<Hunk> hunks, boolean cut) {

    /** Copies the list. */
    public FileLines {
        hunks = List.copyOf(hunks);
    }

    /** Whether a file has lines to show. */
    public enum Kind {
        /** Both are text in UTF-8. */
        TEXT,
        /** At least one is not: it holds a NUL or broken UTF-8, or is a link. */
        BINARY,
        /** At least one is larger than is compared. */
        TOO_LARGE,
        /** So many files have changed that this one was not read. */
        LEFT_OUT
    }

    /**
     * Some lines that belong together.
     *
     * @param before the number of the first of them in the older file, counted from 1
     * @param after the same in the newer file
     * @param lines each with a sign before it: {@code +} is new, {@code -} is gone, a space stays; a long one is cut
     *     short
     */
    public record Hunk(int before, int after, List<String> lines) {

        /** Copies the list. */
        public Hunk {
            lines = List.copyOf(lines);
        }
    }

    static FileLines without(String path, Kind kind) {
        return new FileLines(path, kind, List.of(), false);
    }
}
