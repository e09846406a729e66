package dev.holdfast;

import dev.holdfast.release.FileDifference;
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
}
