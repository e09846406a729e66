package dev.holdfast.delivery.directory;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes a tree that may belong to somebody else, who could put a link in the place of a directory meanwhile: below
 * the first one, no directory is opened by its path, where the system has a way to do so.
 */
final class TreeRemoval {

    private TreeRemoval() {}

    /**
     * Removes a directory of {@code parent} and all below it; what is gone meanwhile is no failure.
     *
     * @return false if the system has no way to do so; nothing was removed
     */
    static boolean remove(Path parent, Path directory) throws IOException {
        try (DirectoryStream<Path> around = Files.newDirectoryStream(parent)) {
            if (!(around instanceof SecureDirectoryStream<Path> secure)) {
                return false;
            }
            removeIn(secure, name(directory));
        } catch (IOException e) {
            requireAbsence(e);
        }
        return true;
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
        if (!isAbsence(e)) {
            throw e;
        }
    }

    static boolean isAbsence(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof NotDirectoryException
                || (e instanceof FileSystemException f && "Not a directory".equals(f.getReason()));
    }
}
