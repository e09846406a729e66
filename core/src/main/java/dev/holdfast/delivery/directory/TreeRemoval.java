package dev.holdfast.delivery.directory;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes a tree that may belong to somebody else, who could put a link in the place of a directory meanwhile: below the first
 * one, no directory is opened by its path, where the system has a way to do so.
 */
final class TreeRemoval {

    private TreeRemoval() {}

    /** Removes a directory and all below it; what is gone meanwhile is no failure. */
    static void remove(Path directory) throws IOException {
        try (DirectoryStream<Path> around = Files.newDirectoryStream(DirectoryDisk.parent(directory))) {
            if (around instanceof SecureDirectoryStream<Path> secure) {
                removeIn(secure, name(directory));
                return;
            }
        } catch (IOException e) {
            requireAbsence(e);
            return;
        }
        for (Path child : DirectoryDisk.children(directory)) {
            DirectoryDisk.remove(child);
        }
        Files.deleteIfExists(directory);
    }

    private static void removeIn(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            BasicFileAttributeView view =
                    directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (!view.readAttributes().isDirectory()) {
                directory.deleteFile(name);
                return;
            }
            try (SecureDirectoryStream<Path> inside = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path child : names(inside)) {
                    removeIn(inside, child);
                }
            }
            directory.deleteDirectory(name);
        } catch (IOException e) {
            requireAbsence(e);
        }
    }

    /** All at once: what is removed while a directory is read may hide other entries. */
    private static List<Path> names(SecureDirectoryStream<Path> directory) throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            directory.forEach(entry -> names.add(name(entry)));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    private static Path name(Path entry) {
        Path name = entry.getFileName();
        return name == null ? entry : name;
    }

    private static void requireAbsence(IOException e) throws IOException {
        if (!DirectoryDisk.isAbsence(e)) {
            throw e;
        }
    }
}
