package dev.holdfast.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes small trees to disk: paths and texts as in {@code SourceFixture} of the contracts. */
public final class FileTree {

    private FileTree() {}

    /** Makes {@code directory} hold exactly these files; an entry named {@code .git} at its top stays, unless given. */
    public static void replace(Path directory, Map<String, String> files) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> top = Files.list(directory)) {
                for (Path child : top.filter(path -> !path.endsWith(".git")).toList()) {
                    delete(child);
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                write(directory, file.getKey(), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a file, a link, or a directory with all below it; nothing if it is not there. */
    public static void delete(Path path) {
        try {
            if (Files.notExists(path) && !Files.isSymbolicLink(path)) {
                return;
            }
            List<Path> all;
            try (Stream<Path> walk = Files.walk(path)) {
                all = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path one : all) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path directory, String path, String text) throws IOException {
        boolean executable = path.endsWith("*");
        Path file = directory.resolve(executable ? path.substring(0, path.length() - 1) : path);
        Files.createDirectories(file.getParent());
        if (text.startsWith("->")) {
            Files.createSymbolicLink(file, Path.of(text.substring(2).strip()));
            return;
        }
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
