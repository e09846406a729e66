package dev.holdfast.delivery.directory;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.PosixScript;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The few primitives that uploads and steps share, durable or not. Links are not followed in the last segment. */
record DirectoryDisk(boolean durable) {

    static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    /** Makes a directory and its parents, mode 0755 whatever the umask, and forces them; succeeds if it is there. */
    void makeDirectories(Path directory) throws IOException {
        List<Path> made = new ArrayList<>();
        makeDirectories(directory, made::add);
        for (Path path : made) {
            force(parent(path));
        }
    }

    /** As {@link #makeDirectories(Path)}, and forces nothing. */
    static void makeDirectories(Path directory, Consumer<Path> made) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        makeDirectories(parent(directory), made);
        try {
            makeDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
            return;
        }
        made.accept(directory);
    }

    /** Makes one directory where nothing is. */
    static void makeDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, EXECUTABLE);
    }

    /** Returns what a link points to, for messages. */
    static String linkTarget(Path link) {
        try {
            return "'" + Files.readSymbolicLink(link) + "'";
        } catch (IOException e) {
            return "a place that cannot be read (" + e + ")";
        }
    }

    /** Makes a link; refuses a target with needless slashes, which {@code java.nio.file} would drop. */
    static void makeLink(Path link, String target) throws IOException {
        Path to = below(Path.of(""), target);
        if (target.isEmpty() || !to.toString().equals(target)) {
            throw new NotLinkException(link.toString(), target, "a link target with needless slashes, or empty");
        }
        Files.createSymbolicLink(link, to);
    }

    /** Renames by one rename(2) and nothing else: it never copies. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes an entry and all below it; what is gone meanwhile is no failure. */
    static void remove(Path entry) throws IOException {
        try {
            Files.deleteIfExists(entry);
        } catch (DirectoryNotEmptyException e) {
            if (!TreeRemoval.remove(parent(entry), entry)) {
                for (Path child : children(entry)) {
                    remove(child);
                }
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
        }
    }

    /** Returns the entries of a directory; none if there is no such directory. */
    static List<Path> children(Path directory) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
        }
        return children;
    }

    /** Returns whether nothing is at {@code entry}; an error is not absence. */
    static boolean isAbsent(Path entry) throws IOException {
        try {
            Files.readAttributes(entry, "size", LinkOption.NOFOLLOW_LINKS);
            return false;
        } catch (IOException e) {
            if (!isAbsence(e)) {
                throw e;
            }
            return true;
        }
    }

    static boolean isAbsence(IOException e) {
        return TreeRemoval.isAbsence(e);
    }

    /** Returns the directory, or the nearest one above it that exists: there the first write would happen. */
    static Path nearest(Path root) {
        Path nearest = root;
        while (Files.notExists(nearest)) {
            if (Files.isSymbolicLink(nearest)) {
                throw new PermanentException(
                        Reason.TARGET_UNUSABLE,
                        nearest + " is a link to " + linkTarget(nearest)
                                + ", where nothing is; make that directory or remove the link");
            }
            nearest = parent(nearest);
        }
        return nearest;
    }

    /**
     * Refuses to change what cannot be written. Looking needs no permission to write, so this comes before a change
     * only.
     */
    static void requireWritable(Path root) {
        Path nearest = nearest(root);
        if (!Files.isWritable(nearest) || !Files.isExecutable(nearest)) {
            throw new PermanentException(
                    Reason.TARGET_READ_ONLY,
                    nearest + " cannot be written by this process; mount it writable or change its permissions");
        }
    }

    /** Returns the directory of an absolute path that is not the root directory; of that, itself. */
    static Path parent(Path entry) {
        Path parent = entry.getParent();
        return parent == null ? entry : parent;
    }

    /**
     * Returns {@code text} as a path below {@code base}.
     *
     * @throws PermanentException with {@link Reason#TARGET_UNUSABLE} if this JVM cannot encode it
     */
    static Path below(Path base, String text) {
        try {
            return base.resolve(text);
        } catch (InvalidPathException e) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    "'" + text + "' has letters that this JVM cannot write in a file's name;"
                            + " start it with a UTF-8 locale such as LC_ALL=C.UTF-8",
                    e);
        }
    }

    /** Forces a directory to the disk, if durable. */
    void force(Path directory) throws IOException {
        if (durable) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Returns which reason an error of the file system means. */
    static Reason reason(Exception e) {
        if (e instanceof AccessDeniedException || e instanceof ReadOnlyFileSystemException) {
            return Reason.TARGET_READ_ONLY;
        }
        // The message of a FileSystemException begins with the path, which may say anything.
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return PosixScript.reason(String.valueOf(said));
    }

    /** Returns the exception that says that {@code what} failed. */
    static HoldfastException failure(String what, IOException e) {
        Reason reason = reason(e);
        String remedy = switch (reason) {
            case NO_SPACE -> "free some space";
            case TARGET_READ_ONLY -> "mount it writable or change its permissions";
            default -> "look at the file system";
        };
        return new PermanentException(reason, what + " failed (" + e + "); " + remedy, e);
    }
}
