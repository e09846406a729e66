package dev.holdfast;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.PermanentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a plugin lists itself: which of its files need a reload.
 *
 * @param needing chooses them by their paths
 */
record ListedReloads(Predicate<String> needing) {

    static final int MOST_BYTES = 64 * 1024;
    private static final String EXCEPT = "!";

    /** Returns the path of the list, or refuses one that leads out of the plugin. */
    static String file(String path) {
        if (path.isBlank()
                || path.startsWith("/")
                || List.of(path.split("/", -1)).contains("..")) {
            throw PermanentException.invalid("file of reload patterns", path, "write a path within the plugin");
        }
        return path;
    }

    static ListedReloads of(byte[] file) {
        List<String> lines = new String(file, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        List<String> excepted =
                lines.stream().filter(line -> line.startsWith(EXCEPT)).toList();
        List<String> named =
                lines.stream().filter(line -> !line.startsWith(EXCEPT)).toList();
        Predicate<String> wanted = named.isEmpty() && !excepted.isEmpty() ? path -> true : matching(named.stream());
        Predicate<String> unwanted = matching(
                excepted.stream().map(line -> line.substring(EXCEPT.length()).strip()));
        return new ListedReloads(wanted.and(unwanted.negate()));
    }

    private static Predicate<String> matching(Stream<String> patterns) {
        return FileDifference.matching(patterns.toArray(String[]::new));
    }

    boolean concern(FileDifference difference) {
        return difference.paths().anyMatch(needing);
    }
}
