package dev.holdfast.resolver.local;

import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.BundleMeter;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One walk through a local directory that reads no more than the limits allow. */
final class LocalReading {

    private static final int BUFFER = 64 * 1024;

    private final LocalFolder folder;
    private final BundleLimits limits;
    private final Deadline deadline;
    private final BundleMeter meter;
    private final List<LocalTree.Item> items = new ArrayList<>();

    private LocalReading(LocalFolder folder, BundleLimits limits, Deadline deadline) {
        this.folder = folder;
        this.limits = limits;
        this.deadline = deadline;
        this.meter = new BundleMeter(limits);
    }

    /**
     * Reads the directory once, contents included.
     *
     * @throws TransientException if it changes or fails while it is read, or the deadline passes
     * @throws PermanentException if something in it may not be read, or it is larger than the limits
     */
    static LocalTree read(LocalFolder folder, BundleLimits limits, Deadline deadline) {
        try {
            return LocalTree.of(folder, new LocalReading(folder, limits, deadline).items());
        } catch (AccessDeniedException e) {
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    "cannot read local://" + folder.location() + ": no permission for " + e.getFile()
                            + "; let this process read the whole directory",
                    e);
        } catch (NoSuchFileException e) {
            throw new TransientException(
                    Reason.UNREACHABLE,
                    "local://" + folder.location() + " changed while it was read: " + e.getFile()
                            + " went away; try again when nobody writes there",
                    e);
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "cannot read local://" + folder.location() + ": " + e.getMessage(), e);
        }
    }

    /** Returns a directory before what is in it, siblings by name. */
    private List<LocalTree.Item> items() throws IOException {
        collect(folder.path(), "");
        return List.copyOf(items);
    }

    private void collect(Path directory, String prefix) throws IOException {
        for (Path child : children(directory)) {
            deadline.check("reading local://" + folder.location());
            String name = String.valueOf(child.getFileName());
            if (!prefix.isEmpty() || !name.equals(".git")) {
                collect(child, prefix + name, name);
            }
        }
    }

    private void collect(Path child, String path, String name) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!faithful(child, name)) {
            enter(new BundleEntry.Special(path, "name that is not UTF-8"), "");
        } else if (attributes.isDirectory()) {
            enter(new BundleEntry.Directory(path), "");
            collect(child, path + "/");
        } else if (attributes.isRegularFile()) {
            enterFile(child, path, attributes.size());
        } else if (attributes.isSymbolicLink()) {
            enter(new BundleEntry.Link(path, Files.readSymbolicLink(child).toString()), "");
        } else {
            enter(new BundleEntry.Special(path, "device, pipe or socket"), "");
        }
    }

    private void enter(BundleEntry entry, String sha256) {
        meter.measure(entry);
        items.add(new LocalTree.Item(entry, sha256));
    }

    /** A name that this JVM cannot write again the way it is would lead to another file, or to none. */
    private static boolean faithful(Path child, String name) {
        try {
            return child.endsWith(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** One more than the limit is enough to be refused; the rest of a huge directory is not even listed. */
    private List<Path> children(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.limit(limits.entries() + 2L)
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        }
    }

    private void enterFile(Path file, String path, long size) throws IOException {
        if (names(file) > 1) {
            enter(new BundleEntry.Special(path, "file with a second name (hard link)"), "");
            return;
        }
        BundleEntry.File entry = new BundleEntry.File(path, size, executable(file));
        meter.measure(entry);
        items.add(new LocalTree.Item(entry, hash(file, path, size)));
    }

    private String hash(Path file, String path, long size) throws IOException {
        MessageDigest digest = LocalTree.sha256();
        long left = size;
        try (InputStream in = folder.open(path)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0 && left >= 0; n = in.read(buffer)) {
                deadline.check("reading local://" + folder.location());
                digest.update(buffer, 0, n);
                left -= n;
            }
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(file.toString());
        }
        if (left != 0) {
            throw new FileSystemException(file.toString(), null, "it changed while it was read; try again");
        }
        return LocalTree.hex(digest);
    }

    private static int names(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                : 1;
    }

    private static boolean executable(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return false;
        }
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .permissions()
                .contains(PosixFilePermission.OWNER_EXECUTE);
    }
}
