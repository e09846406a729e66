package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a release folder on this machine holds now. */
final class ReleaseFolder {

    private ReleaseFolder() {}

    /** Reads every file below {@code release}, links not followed, the marker left out. */
    static TreeManifest manifest(Path release) throws IOException {
        SortedMap<String, Item> items = new TreeMap<>();
        Files.walkFileTree(release, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!directory.equals(release)) {
                    items.put(name(release, directory), TreeManifest.directory());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = name(release, file);
                if (attributes.isSymbolicLink()) {
                    items.put(
                            name, TreeManifest.link(Files.readSymbolicLink(file).toString()));
                } else if (!name.equals(Layout.MARKER)) {
                    boolean executable =
                            Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
                    items.put(
                            name,
                            new Item(executable ? TreeManifest.Type.EXECUTABLE : TreeManifest.Type.FILE, hash(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new TreeManifest(items);
    }

    private static String name(Path release, Path path) {
        return release.relativize(path).toString().replace('\\', '/');
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return TreeManifest.hash(in);
        }
    }
}
