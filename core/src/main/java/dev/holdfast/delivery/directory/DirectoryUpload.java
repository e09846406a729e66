package dev.holdfast.delivery.directory;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes one bundle into one fresh directory. */
final class DirectoryUpload {

    private static final int BLOCK = 64 * 1024;

    private final Path directory;
    private final DirectoryDisk disk;
    private final Optional<GivenTree> given;
    private final Optional<TwinLinks> twins;
    private final Deadline deadline;
    private final Progress progress;
    /** The directories made here: nothing is written through anything else, so never through a link of the bundle. */
    private final Set<Path> made = new LinkedHashSet<>();

    private final List<Path> written = new ArrayList<>();
    private final List<Path> links = new ArrayList<>();
    private final byte[] block = new byte[BLOCK];
    private long entries;
    private long bytes;

    DirectoryUpload(UploadPlace place, Deadline deadline, Progress progress) {
        this.directory = place.directory();
        this.disk = place.disk();
        this.given = place.given();
        this.twins = place.links();
        this.deadline = deadline;
        this.progress = progress;
    }

    void write(Bundle bundle) {
        try {
            makeFresh();
            try (Bundle.Entries pass = bundle.open()) {
                for (BundleEntry entry = next(pass); entry != null; entry = next(pass)) {
                    deadline.check("the upload to " + directory);
                    write(entry, pass);
                    entries++;
                    progress.advanced(entries, bytes);
                }
            }
            giveEach(written);
            giveEach(links);
            forceFiles();
            List<Path> innermostFirst = new ArrayList<>(made);
            Collections.reverse(innermostFirst);
            for (Path path : innermostFirst) {
                giveEach(List.of(path));
                disk.force(path);
            }
            disk.force(DirectoryDisk.parent(directory));
        } catch (IOException e) {
            throw DirectoryDisk.failure("the upload to " + directory, e);
        }
    }

    private void giveEach(List<Path> entries) throws IOException {
        if (given.isPresent()) {
            for (Path entry : entries) {
                deadline.check("the upload to " + directory);
                given.get().give(entry);
            }
        }
    }

    /** The last file vouches for all before it, so it is not on the disk before they are. */
    private void forceFiles() throws IOException {
        int last = Math.max(0, written.size() - 1);
        if (disk.durable()) {
            ForcedWrites.force(written.subList(0, last), deadline);
            ForcedWrites.force(written.subList(last, written.size()), deadline);
        }
    }

    private void makeFresh() throws IOException {
        disk.makeDirectories(DirectoryDisk.parent(directory));
        try {
            makeDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            throw new PermanentException(
                    Reason.OCCUPIED, directory + " exists already; an upload goes to a fresh directory", e);
        }
        if (given.isPresent()) {
            given.get().tryIn(directory);
        }
    }

    private void makeDirectory(Path path) throws IOException {
        DirectoryDisk.makeDirectory(path);
        made.add(path);
    }

    private void write(BundleEntry entry, Bundle.Entries pass) throws IOException {
        Path path = DirectoryDisk.below(directory, entry.path()).normalize();
        if (!path.startsWith(directory) || path.equals(directory)) {
            throw refused(entry, "leaves the tree");
        }
        if (entry instanceof BundleEntry.Directory) {
            makeInside(entry, path);
            return;
        }
        makeInside(entry, DirectoryDisk.parent(path));
        if (entry instanceof BundleEntry.File file) {
            writeFile(file, path, pass);
        } else if (entry instanceof BundleEntry.Link link) {
            makeLink(link, path);
        } else {
            throw refused(entry, "is neither file, directory nor link");
        }
    }

    private void makeLink(BundleEntry.Link link, Path path) throws IOException {
        try {
            DirectoryDisk.makeLink(path, link.target());
            links.add(path);
        } catch (NotLinkException e) {
            throw refused(link, "points to '" + link.target() + "', which a Java path cannot keep as it is");
        }
    }

    private void makeInside(BundleEntry entry, Path path) throws IOException {
        if (made.contains(path)) {
            return;
        }
        makeInside(entry, DirectoryDisk.parent(path));
        try {
            makeDirectory(path);
        } catch (FileAlreadyExistsException e) {
            throw refused(entry, "needs a directory where the bundle has something else");
        }
    }

    private static PermanentException refused(BundleEntry entry, String why) {
        return new PermanentException(
                Reason.BUNDLE_REFUSED, "entry '" + entry.path() + "' of the bundle " + why + "; mend the source");
    }

    /** A link is on the disk with its directory; what it leads to was forced when it was delivered. */
    private boolean isLinked(BundleEntry.File file, Path path) throws IOException {
        return twins.isPresent()
                && file.twin().isPresent()
                && twins.get().make(file, file.twin().get(), path);
    }

    private void writeFile(BundleEntry.File file, Path path, Bundle.Entries pass) throws IOException {
        if (isLinked(file, path)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Files.setPosixFilePermissions(path, file.executable() ? DirectoryDisk.EXECUTABLE : DirectoryDisk.PLAIN);
            copy(file, channel, pass);
        }
        if (file.modified().isPresent()) {
            Files.setLastModifiedTime(path, FileTime.from(file.modified().getAsLong(), TimeUnit.SECONDS));
        }
        written.add(path);
    }

    private void copy(BundleEntry.File file, FileChannel channel, Bundle.Entries pass) throws IOException {
        InputStream content = content(pass);
        long left = file.size();
        while (left > 0) {
            deadline.check("the upload to " + directory);
            int count = read(content, (int) Math.min(left, BLOCK));
            if (count < 0) {
                throw sourceFailed(new IOException(file.path() + " ended " + left + " bytes early"));
            }
            ByteBuffer buffer = ByteBuffer.wrap(block, 0, count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            left -= count;
            bytes += count;
            progress.advanced(entries, bytes);
        }
    }

    private static @Nullable BundleEntry next(Bundle.Entries pass) {
        try {
            return pass.next();
        } catch (IOException e) {
            throw sourceFailed(e);
        }
    }

    private static InputStream content(Bundle.Entries pass) {
        try {
            return pass.content();
        } catch (IOException e) {
            throw sourceFailed(e);
        }
    }

    private int read(InputStream content, int length) {
        try {
            return content.read(block, 0, length);
        } catch (IOException e) {
            throw sourceFailed(e);
        }
    }

    private static TransientException sourceFailed(IOException e) {
        return new TransientException(
                Reason.UNREACHABLE, "the bundle could not be read to its end (" + e + "); try again", e);
    }
}
