package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.Twin;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** Writes bundles as tar, in the form that GNU tar and busybox read alike. */
final class TarUpload {

    /** The directory in which the last entry travels, so that it is moved to its place when all others are there. */
    static final String LAST = ".last.holdfast";

    /** A file at the top may be the last; larger than this, it is not kept until that is known. */
    private static final int MOST_KEPT = 8 * 1024 * 1024;

    private final String directory;
    private final Instant now;
    private final String user;
    private final Set<String> links = new HashSet<>();
    private final byte[] block = new byte[1 << 16];
    private int linked;
    private long count;
    private long bytes;

    /**
     * Creates the writer of one bundle.
     *
     * @param directory the fresh directory, relative to that of the address, as all names are
     * @param now the time of what names none
     * @param user the number of the user whose files may be linked; empty for nobody's
     */
    TarUpload(String directory, Instant now, String user) {
        this.directory = directory;
        this.now = now;
        this.user = user;
    }

    String directory() {
        return directory;
    }

    /** Returns how many files were written as links. */
    int linked() {
        return linked;
    }

    TarUpload withoutLinks() {
        return new TarUpload(directory, now, "");
    }

    /**
     * Writes all entries and the end of the archive. After a failure nothing is closed: a tar that is closed properly
     * looks complete, whatever it lacks.
     */
    void write(Bundle bundle, OutputStream out, Progress progress) throws IOException {
        TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new BufferedOutputStream(out, 1 << 15), StandardCharsets.UTF_8.name());
        // Busybox skips the PAX headers that would carry long names.
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        try (Bundle.Entries entries = bundle.open()) {
            BundleEntry entry = entries.next();
            while (entry != null) {
                check(entry);
                entry = mayBeLast(entry)
                        ? writtenWhenKnown((BundleEntry.File) entry, entries, tar, progress)
                        : written(entry, entries, tar, progress);
                progress.advanced(++count, bytes);
            }
        }
        tar.close();
    }

    private boolean mayBeLast(BundleEntry entry) {
        return entry instanceof BundleEntry.File file
                && file.path().indexOf('/') < 0
                && file.size() <= MOST_KEPT
                && twin(file).isEmpty();
    }

    /** Writes a file after it has looked whether it is the last, and returns what comes next. */
    private @Nullable BundleEntry writtenWhenKnown(
            BundleEntry.File file, Bundle.Entries entries, TarArchiveOutputStream tar, Progress progress)
            throws IOException {
        byte[] content;
        try (InputStream in = entries.content()) {
            content = in.readAllBytes();
        }
        BundleEntry following = entries.next();
        String folder = directory + "/" + LAST;
        if (following == null) {
            tar.putArchiveEntry(directory(folder));
            tar.closeArchiveEntry();
        }
        tar.putArchiveEntry(file((following == null ? folder : directory) + "/" + file.path(), file));
        copy(new ByteArrayInputStream(content), tar, progress);
        tar.closeArchiveEntry();
        return following;
    }

    private @Nullable BundleEntry written(
            BundleEntry entry, Bundle.Entries entries, TarArchiveOutputStream tar, Progress progress)
            throws IOException {
        TarArchiveEntry header = header(entry);
        tar.putArchiveEntry(header);
        if (entry instanceof BundleEntry.File && !header.isLink()) {
            try (InputStream content = entries.content()) {
                copy(content, tar, progress);
            }
        }
        tar.closeArchiveEntry();
        return entries.next();
    }

    private void copy(InputStream content, TarArchiveOutputStream tar, Progress progress) throws IOException {
        for (int read = content.read(block); read >= 0; read = content.read(block)) {
            tar.write(block, 0, read);
            bytes += read;
            progress.advanced(count, bytes);
        }
    }

    /** Holdfast has refused such bundles before; where they would do harm, they are refused once more. */
    private void check(BundleEntry entry) {
        String path = entry.path();
        boolean plain = Stream.of(path.split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
        if (!plain
                || entry instanceof BundleEntry.Special
                || path.equals(LAST)
                || path.startsWith(LAST + "/")
                || links.stream().anyMatch(l -> path.startsWith(l + "/"))) {
            throw new PermanentException(
                    Reason.BUNDLE_REFUSED,
                    "entry '" + path + "' is special, has the name '" + LAST
                            + "', or leaves the tree of the bundle; mend the source");
        }
        if (entry instanceof BundleEntry.Link) {
            links.add(path);
        }
    }

    /** A link shares its twin's owner, so only one that has the right owner already is linked to. */
    private Optional<Twin> twin(BundleEntry.File file) {
        return file.twin().filter(twin -> Long.toString(twin.user()).equals(user));
    }

    private TarArchiveEntry header(BundleEntry entry) {
        String name = directory + "/" + entry.path();
        if (entry instanceof BundleEntry.File file) {
            return twin(file).map(twin -> linked(name, file, twin)).orElseGet(() -> file(name, file));
        }
        if (entry instanceof BundleEntry.Link link) {
            TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            header.setLinkName(link.target());
            header.setModTime(now.toEpochMilli());
            return header;
        }
        return directory(name);
    }

    private TarArchiveEntry file(String name, BundleEntry.File file) {
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(file.size());
        header.setMode(mode(file));
        header.setModTime(1000 * file.modified().orElse(now.getEpochSecond()));
        return header;
    }

    /** Some tars give what stands here to the file that both names share, so it is what that has already. */
    private TarArchiveEntry linked(String name, BundleEntry.File file, Twin twin) {
        linked++;
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_LINK);
        header.setLinkName(twin.path());
        header.setMode(mode(file));
        header.setModTime(1000 * twin.modified());
        return header;
    }

    private TarArchiveEntry directory(String name) {
        TarArchiveEntry header = new TarArchiveEntry(name + "/");
        header.setMode(040755);
        header.setModTime(now.toEpochMilli());
        return header;
    }

    private static int mode(BundleEntry.File file) {
        return file.executable() ? 0100755 : 0100644;
    }
}
