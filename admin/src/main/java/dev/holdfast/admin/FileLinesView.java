package dev.holdfast.admin;

import dev.holdfast.release.FileLines;
import dev.holdfast.release.FileLines.Hunk;
import java.util.List;

/**
 * The changed lines of one file, in JSON.
 *
 * @param kind {@code text}, {@code binary}, {@code too-large} or {@code left-out}
 * @param cut whether more lines follow that are not shown
 */
record FileLinesView(String path, String kind, List<HunkView> hunks, boolean cut) {

    /** Some lines that belong together, each with a sign before it. */
    record HunkView(int before, int after, List<String> lines) {

        static HunkView of(Hunk hunk) {
            return new HunkView(hunk.before(), hunk.after(), hunk.lines());
        }
    }

    static FileLinesView of(FileLines file) {
        return new FileLinesView(
                file.path(),
                Words.of(file.kind()),
                file.hunks().stream().map(HunkView::of).toList(),
                file.cut());
    }
}
