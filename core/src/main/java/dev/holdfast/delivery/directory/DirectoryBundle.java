package dev.holdfast.delivery.directory;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A directory of this machine as a bundle; sorted, so that each pass gives the same order. */
final class DirectoryBundle implements Bundle {

    /** The bits of {@code st_mode} that say what an entry is, as POSIX systems have them. */
    private static final int TYPE = 0170000;

    private static final int LINK = 0120000;
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;

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
            // Of all views only this one has the bits above the permissions, such as set-user-id.
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,size", LinkOption.NOFOLLOW_LINKS);
            int mode = (int) Objects.requireNonNull(attributes.get("mode"));
            String name = directory.relativize(path).toString();
            return switch (mode & TYPE) {
                case LINK ->
                    new BundleEntry.Link(name, Files.readSymbolicLink(path).toString());
                case DIRECTORY -> {
                    enter(path);
                    yield BundleEntry.directoryReadBack(name, mode);
                }
                case FILE -> {
                    file = path;
                    long size = (long) Objects.requireNonNull(attributes.get("size"));
                    yield BundleEntry.fileReadBack(name, size, mode);
                }
                default -> new BundleEntry.Special(name, "device, pipe or socket");
            };
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
