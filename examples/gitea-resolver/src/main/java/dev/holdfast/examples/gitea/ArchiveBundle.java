package dev.holdfast.examples.gitea;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An archive as {@code git archive} makes it, kept in a file until it is closed. It unpacks as it is read, so an
 * archive that grows without end is stopped by whoever counts.
 *
 * @param subdirectory the tree below it; empty for all
 */
record ArchiveBundle(Path file, String subdirectory, Revision revision, Deadline deadline) implements Bundle {

    private static final String COMMIT = "comment";

    @Override
    public Entries open() {
        try {
            return new Pass(Files.newInputStream(file));
        } catch (IOException e) {
            throw new TransientException(Reason.UNREACHABLE, "the archive cannot be read; fetch it again", e);
        }
    }

    @Override
    public void close() {
        delete(file);
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    private final class Pass implements Entries {

        private final TarArchiveInputStream tar;
        private boolean any;

        Pass(InputStream packed) throws IOException {
            this.tar = new TarArchiveInputStream(
                    new GZIPInputStream(new BufferedInputStream(packed)), StandardCharsets.UTF_8.name());
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                deadline.check("reading an archive");
                checkCommit(entry);
                String path = below(entry.getName());
                if (!path.isEmpty()) {
                    any = true;
                    return entry(path, entry);
                }
            }
            if (!any && !subdirectory.isEmpty()) {
                throw new PermanentException(
                        Reason.REVISION_NOT_FOUND, "revision " + revision + " has no directory " + subdirectory);
            }
            return null;
        }

        /** git writes the commit into the archive: a cache in between that mixes archives up does not go unseen. */
        private void checkCommit(TarArchiveEntry entry) {
            String commit = entry.getExtraPaxHeader(COMMIT);
            if (commit != null && !commit.equals(revision.value())) {
                throw new TransientException(
                        Reason.PROTOCOL,
                        "the server sent the archive of " + commit + " for " + revision + "; try again");
            }
        }

        /** Returns the path below the directory that is wanted; empty for what is outside. */
        private String below(String name) {
            String inRepository = name.substring(name.indexOf('/') + 1).replaceFirst("/$", "");
            if (subdirectory.isEmpty()) {
                return inRepository;
            }
            return inRepository.startsWith(subdirectory + "/") ? inRepository.substring(subdirectory.length() + 1) : "";
        }

        private static BundleEntry entry(String path, TarArchiveEntry entry) {
            if (entry.isSymbolicLink()) {
                return new BundleEntry.Link(path, entry.getLinkName());
            }
            if (entry.isDirectory()) {
                return new BundleEntry.Directory(path);
            }
            return entry.isFile() && !entry.isLink()
                    ? new BundleEntry.File(path, entry.getSize(), (entry.getMode() & 0100) != 0)
                    : new BundleEntry.Special(path, "tar type " + (char) entry.getLinkFlag());
        }

        @Override
        public InputStream content() {
            return new FilterInputStream(tar) {
                @Override
                public void close() {
                    // The pass goes on behind it.
                }
            };
        }

        @Override
        public void close() {
            try {
                tar.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
