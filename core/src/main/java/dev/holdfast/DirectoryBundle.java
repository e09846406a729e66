package dev.holdfast;

import dev.holdfast.spi.Bundle;
import dev.holdfast.spi.BundleEntry;
import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A directory of this machine as a bundle; sorted, so that each pass gives the same order. */
final class DirectoryBundle implements Bundle {

    private final Path directory;
    private final Deadline deadline;

    DirectoryBundle(Path directory, Deadline deadline) {
        this.directory = directory;
        this.deadline = deadline;
    }

    @Override
    public Entries open() {
        try {
            return new Pass();
        } catch (IOException e) {
            throw DirectoryDisk.failure("reading " + directory, e);
        }
    }

    @Override
    public void close() {}

    private final class Pass implements Entries {

        private final Deque<Iterator<Path>> open = new ArrayDeque<>();
        private @Nullable Path file;
        private @Nullable InputStream content;

        Pass() throws IOException {
            enter(directory);
        }

        private void enter(Path path) throws IOException {
            open.push(DirectoryDisk.children(path).stream().sorted().iterator());
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            deadline.check("reading " + directory);
            close();
            while (!open.isEmpty()) {
                if (open.element().hasNext()) {
                    return entry(open.element().next());
                }
                open.pop();
            }
            return null;
        }

        private BundleEntry entry(Path path) throws IOException {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String name = directory.relativize(path).toString();
            if (attributes.isSymbolicLink()) {
                return new BundleEntry.Link(name, Files.readSymbolicLink(path).toString());
            }
            if (attributes.isDirectory()) {
                enter(path);
                return new BundleEntry.Directory(name);
            }
            if (!attributes.isRegularFile()) {
                return new BundleEntry.Special(name, "device, pipe or socket");
            }
            file = path;
            boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
            return new BundleEntry.File(name, attributes.size(), executable);
        }

        @Override
        public InputStream content() throws IOException {
            Path path = file;
            if (path == null) {
                throw new IllegalStateException("the last entry is no file");
            }
            InputStream opened = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
            content = opened;
            return opened;
        }

        @Override
        public void close() {
            file = null;
            InputStream opened = content;
            content = null;
            if (opened != null) {
                try {
                    opened.close();
                } catch (IOException e) {
                    throw DirectoryDisk.failure("closing a file of " + directory, e);
                }
            }
        }
    }
}
