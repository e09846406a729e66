package dev.holdfast;

import dev.holdfast.release.FileDifference;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The host's rule whether a change of files needs a reload of its workspace.
 *
 * <p>Asked when one revision took another's place and both are known. A first install, an uninstall, a repair, and a
 * change that cannot be compared always reload. Safe for use by several threads; an exception counts as yes.
 */
@FunctionalInterface
public interface ReloadRule {

    /** Returns whether the workspace must be reloaded for this difference. */
    boolean needsReload(FileDifference difference);

    /**
     * As {@link #needsReload(FileDifference)}, which it calls by default, for a rule that reads what the plugin itself
     * says. This is the one that is asked.
     *
     * @param live the files of the release that is live now
     */
    default boolean needsReload(FileDifference difference, PluginFiles live) {
        return needsReload(difference);
    }

    /** The files of one release on its target. */
    @FunctionalInterface
    interface PluginFiles {

        /**
         * Reads one of them.
         *
         * @param path relative to the plugin's directory
         * @return empty if there is no such file
         * @throws dev.holdfast.spi.HoldfastException if it is larger, or cannot be read
         */
        Optional<byte[]> read(String path, int maxBytes);
    }

    /**
     * Returns the rule that reloads only where a file differs that a pattern matches.
     *
     * @param patterns as for {@link HoldfastBuilder#verifyIgnores}: {@code *.py}, {@code hooks/**}
     * @throws dev.holdfast.spi.PermanentException if a pattern is none
     */
    static ReloadRule forFiles(String... patterns) {
        Predicate<String> matching = FileDifference.matching(patterns);
        return difference -> difference.paths().anyMatch(matching);
    }

    /**
     * Returns the rule that reloads unless all files that differ match a pattern: documentation, or what is generated.
     *
     * @param patterns as for {@link HoldfastBuilder#verifyIgnores}: {@code *.md}, {@code docs/**}
     * @throws dev.holdfast.spi.PermanentException if a pattern is none
     */
    static ReloadRule exceptFiles(String... patterns) {
        Predicate<String> matching = FileDifference.matching(patterns);
        return difference -> difference.paths().anyMatch(matching.negate());
    }

    /**
     * Returns the rule that a file of the plugin states: one pattern a line, as for
     * {@link HoldfastBuilder#verifyIgnores}. A file needs a reload if a line matches it, and no line that begins with
     * {@code !} does; where all lines begin with that, all other files need one. Empty lines, and lines that begin with
     * {@code #}, say nothing. The release that is live after the change counts. Without the file, with more than 64
     * KiB, or with a line that is no pattern, the workspace is reloaded.
     *
     * @param path of that file in each plugin, such as {@code .reload}
     * @throws dev.holdfast.spi.PermanentException if that is no relative path
     */
    static ReloadRule listedIn(String path) {
        String file = ListedReloads.file(path);
        return new ReloadRule() {

            @Override
            public boolean needsReload(FileDifference difference) {
                return true;
            }

            @Override
            public boolean needsReload(FileDifference difference, PluginFiles live) {
                return live.read(file, ListedReloads.MOST_BYTES)
                        .map(ListedReloads::of)
                        .map(listed -> listed.concern(difference))
                        .orElse(true);
            }
        };
    }
}
