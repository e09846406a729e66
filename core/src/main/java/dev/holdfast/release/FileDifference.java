package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the files of two trees differ, by path below the plugin's root. Links count as files; directories do not count.
 *
 * @param added only in the newer tree
 * @param changed in both, with other content, type or mode
 * @param removed only in the older tree
 */
public record FileDifference(Set<String> added, Set<String> changed, Set<String> removed) {

    /** Copies the sets, sorted. */
    public FileDifference {
        added = sorted(added);
        changed = sorted(changed);
        removed = sorted(removed);
    }

    private static Set<String> sorted(Set<String> paths) {
        return Collections.unmodifiableSet(new TreeSet<>(paths));
    }

    static FileDifference between(TreeManifest older, TreeManifest newer) {
        Map<String, Item> before = files(older);
        Map<String, Item> after = files(newer);
        return new FileDifference(
                keep(after, path -> !before.containsKey(path)),
                keep(
                        after,
                        path -> before.containsKey(path) && !before.get(path).equals(after.get(path))),
                keep(before, path -> !after.containsKey(path)));
    }

    private static Map<String, Item> files(TreeManifest tree) {
        return tree.items().entrySet().stream()
                .filter(entry -> entry.getValue().type() != TreeManifest.Type.DIRECTORY)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Set<String> keep(Map<String, Item> files, Predicate<String> which) {
        return files.keySet().stream().filter(which).collect(Collectors.toSet());
    }

    /**
     * Returns whether a path matches one of some patterns, for {@link #without} and for rules of a host: {@code *} and
     * {@code ?} stand for letters of one segment, {@code **} for any number of segments; a pattern matches at any depth
     * unless it begins with a slash.
     *
     * @throws dev.holdfast.spi.PermanentException if a pattern is none, or matches everything
     */
    public static Predicate<String> matching(String... patterns) {
        return IgnoredFiles.of(List.of(patterns))::covers;
    }

    /** Returns all paths that differ, in whatever way. */
    public Stream<String> paths() {
        return Stream.of(added, changed, removed).flatMap(Set::stream).sorted();
    }

    /** Returns the same without the paths that {@code ignored} accepts, such as what running a plugin produces. */
    public FileDifference without(Predicate<String> ignored) {
        return new FileDifference(rest(added, ignored), rest(changed, ignored), rest(removed, ignored));
    }

    private static Set<String> rest(Set<String> paths, Predicate<String> ignored) {
        return paths.stream().filter(ignored.negate()).collect(Collectors.toSet());
    }

    /** Returns whether nothing differs. */
    public boolean isEmpty() {
        return paths().findAny().isEmpty();
    }
}
