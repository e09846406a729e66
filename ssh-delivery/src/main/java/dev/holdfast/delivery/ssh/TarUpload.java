package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes bundles as tar, in the form that GNU tar and busybox read alike. */
final class TarUpload {

    private TarUpload() {}

    /**
     * Writes all entries and the end of the archive. After a failure nothing is closed: a tar that is closed properly
     * looks complete, whatever it lacks.
     */
    static void write(Bundle bundle, OutputStream out, Progress progress) throws IOException {
        TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new BufferedOutputStream(out, 1 << 15), StandardCharsets.UTF_8.name());
        // Busybox skips the PAX headers that would carry long names.
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        Set<String> links = new HashSet<>();
        long count = 0;
        long bytes = 0;
        byte[] block = new byte[1 << 16];
        try (Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                check(entry, links);
                tar.putArchiveEntry(header(entry));
                if (entry instanceof BundleEntry.File) {
                    try (InputStream content = entries.content()) {
                        for (int read = content.read(block); read >= 0; read = content.read(block)) {
                            tar.write(block, 0, read);
                            bytes += read;
                            progress.advanced(count, bytes);
                        }
                    }
                }
                tar.closeArchiveEntry();
                progress.advanced(++count, bytes);
            }
        }
        tar.close();
    }

    /** Holdfast has refused such bundles before; where they would do harm, they are refused once more. */
    private static void check(BundleEntry entry, Set<String> links) {
        String path = entry.path();
        boolean plain = Stream.of(path.split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
        if (!plain || entry instanceof BundleEntry.Special || links.stream().anyMatch(l -> path.startsWith(l + "/"))) {
            throw new PermanentException(
                    Reason.BUNDLE_REFUSED,
                    "entry '" + path + "' is special, or leaves the tree of the bundle; mend the source");
        }
        if (entry instanceof BundleEntry.Link) {
            links.add(path);
        }
    }

    private static TarArchiveEntry header(BundleEntry entry) {
        TarArchiveEntry header;
        if (entry instanceof BundleEntry.File file) {
            header = new TarArchiveEntry(file.path());
            header.setSize(file.size());
            header.setMode(file.executable() ? 0100755 : 0100644);
        } else if (entry instanceof BundleEntry.Link link) {
            header = new TarArchiveEntry(link.path(), TarConstants.LF_SYMLINK);
            header.setLinkName(link.target());
        } else {
            header = new TarArchiveEntry(entry.path() + "/");
            header.setMode(040755);
        }
        // The target's own clock counts (tar -m); a fixed time keeps the stream the same for the same bundle.
        header.setModTime(0L);
        return header;
    }
}
