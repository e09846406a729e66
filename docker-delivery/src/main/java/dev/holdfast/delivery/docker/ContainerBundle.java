package dev.holdfast.delivery.docker;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** A directory of a container as a bundle: each pass is one request, streamed. */
final class ContainerBundle implements Bundle {

    private final ContainerFiles files;
    private final String directory;
    private @Nullable InputStream first;

    /** Starts the first pass, so that a missing directory is told at once. */
    ContainerBundle(ContainerFiles files, String directory) {
        this.files = files;
        this.directory = directory;
        this.first = request();
    }

    /** The dot at the end makes the engine follow a link on the way to the directory, and refuse anything else. */
    private InputStream request() {
        return files.directory(directory + "/.")
                .orElseThrow(() -> new PermanentException(
                        Reason.TARGET_NOT_FOUND, "there is no directory " + directory + " to read in the container"));
    }

    @Override
    public Entries open() {
        InputStream archive = first == null ? request() : first;
        first = null;
        return new Pass(new TarArchiveInputStream(archive, "UTF-8"));
    }

    @Override
    public void close() {
        InputStream unused = first;
        first = null;
        if (unused != null) {
            closed(unused);
        }
    }

    private static void closed(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing an archive of a container", e);
        }
    }

    private record Pass(TarArchiveInputStream tar) implements Entries {

        @Override
        public @Nullable BundleEntry next() throws IOException {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
                if (!path.isEmpty() && !path.equals(".")) {
                    return entry(path, entry);
                }
            }
            return null;
        }

        private static BundleEntry entry(String path, TarArchiveEntry entry) {
            if (entry.isDirectory()) {
                return BundleEntry.directoryReadBack(path, entry.getMode());
            }
            if (entry.isSymbolicLink()) {
                return new BundleEntry.Link(path, entry.getLinkName());
            }
            return entry.isFile() && !entry.isLink()
                    ? BundleEntry.fileReadBack(path, entry.getSize(), entry.getMode())
                    : new BundleEntry.Special(path, entry.isLink() ? "hard link" : "device or pipe");
        }

        @Override
        public InputStream content() {
            return new java.io.FilterInputStream(tar) {
                @Override
                public void close() {
                    // The archive goes on behind this file.
                }
            };
        }

        @Override
        public void close() {
            closed(tar);
        }
    }
}
