package dev.holdfast.delivery.docker;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.Twin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one archive: the owner by number, the modes of the contract, whole seconds (a fraction would cost a
 * kilobyte for each entry), PAX records for long and accented names. Directories that the bundle only implies get a
 * header too, so that their mode does not hang on the engine's umask.
 */
final class TarHeaders {

    private static final int DIRECTORY = 040755;
    private static final int FILE = 0100644;
    private static final int EXECUTABLE = 0100755;
    private static final int LINK = 0120777;

    private final String top;
    private final long modified;
    private final FileOwner owner;
    /** The directories made here: nothing is written through anything else, so never through a link of the bundle. */
    private final Set<String> directories = new HashSet<>();

    private final Set<String> others = new HashSet<>();
    private final UploadPlace place;
    private BundleEntry.@Nullable File file;
    private int linked;

    /**
     * Creates the headers.
     *
     * @param modified the time of every entry that names none
     */
    TarHeaders(UploadPlace place, Instant modified) {
        this.place = place;
        this.top = place.top();
        this.modified = modified.getEpochSecond();
        this.owner = place.owner();
        directories.add("");
    }

    /** Returns how many files were made as links so far. */
    int linked() {
        return linked;
    }

    /** Returns the header of the fresh directory itself. */
    byte[] top() {
        return written(directory(top), new ByteArrayOutputStream());
    }

    /** Returns the file whose header was the last, until its content was taken. */
    BundleEntry.@Nullable File file() {
        return file;
    }

    void contentTaken() {
        file = null;
    }

    /** Returns the header of an entry, with those of its missing parents before it. */
    byte[] of(BundleEntry entry) {
        String path = entry.path();
        if (("/" + path + "/").matches("(?s).*/(|\\.|\\.\\.)/.*")) {
            throw refused(entry, "leaves the tree");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (entry instanceof BundleEntry.Directory) {
            makeDirectories(entry, path, out);
            return out.toByteArray();
        }
        makeDirectories(entry, path.substring(0, Math.max(0, path.lastIndexOf('/'))), out);
        if (directories.contains(path) || !others.add(path)) {
            throw refused(entry, "comes twice");
        }
        return written(header(entry), out);
    }

    private TarArchiveEntry header(BundleEntry entry) {
        String name = top + "/" + entry.path();
        if (entry instanceof BundleEntry.File found) {
            return place.twin(found).map(twin -> linked(name, found, twin)).orElseGet(() -> file(name, found));
        }
        if (entry instanceof BundleEntry.Link link) {
            TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
            header.setLinkName(link.target());
            header.setMode(LINK);
            header.setModTime(1000 * modified);
            return header;
        }
        throw refused(entry, "is neither file, directory nor link");
    }

    private TarArchiveEntry file(String name, BundleEntry.File found) {
        file = found;
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        header.setSize(found.size());
        header.setMode(found.executable() ? EXECUTABLE : FILE);
        header.setModTime(1000 * found.modified().orElse(modified));
        return header;
    }

    /** The engine gives what stands here to the file that both names share, so it is what that has already. */
    private TarArchiveEntry linked(String name, BundleEntry.File found, Twin twin) {
        linked++;
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_LINK, true);
        header.setLinkName(place.named(twin.path()));
        header.setMode(found.executable() ? EXECUTABLE : FILE);
        header.setModTime(1000 * twin.modified());
        return header;
    }

    private void makeDirectories(BundleEntry entry, String path, ByteArrayOutputStream out) {
        if (directories.contains(path)) {
            return;
        }
        if (others.contains(path)) {
            throw refused(entry, "needs a directory where the bundle has something else");
        }
        makeDirectories(entry, path.substring(0, Math.max(0, path.lastIndexOf('/'))), out);
        directories.add(path);
        written(directory(top + "/" + path), out);
    }

    private TarArchiveEntry directory(String name) {
        TarArchiveEntry header = new TarArchiveEntry(name + "/", TarConstants.LF_DIR, true);
        header.setMode(DIRECTORY);
        header.setModTime(1000 * modified);
        return header;
    }

    private byte[] written(TarArchiveEntry header, ByteArrayOutputStream out) {
        header.setUserId(owner.user());
        header.setGroupId(owner.group());
        header.setUserName("");
        header.setGroupName("");
        try {
            // Never closed: its end would be an end of the archive. It holds nothing but this buffer.
            TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            tar.putArchiveEntry(header);
            return out.toByteArray();
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.BUNDLE_REFUSED, "entry '" + header.getName() + "' cannot be written to an archive", e);
        }
    }

    private static PermanentException refused(BundleEntry entry, String why) {
        return new PermanentException(
                Reason.BUNDLE_REFUSED, "entry '" + entry.path() + "' of the bundle " + why + "; mend the source");
    }
}
