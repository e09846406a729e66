package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** Streams a tree out of a repository: raw blobs, no attributes applied, large ones never as a whole in memory. */
final class GitBundle implements Bundle {

    private static final int STREAM_ABOVE = 1024 * 1024;
    private static final int LONGEST_LINK = 4096;
    private static final int LONGEST_POINTER = 1024;
    private static final byte[] POINTER =
            "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII);

    private final RepositoryUse use;
    private final ObjectId tree;
    private final boolean pointers;
    private final Deadline deadline;
    private boolean closed;

    /** Creates a bundle that owns {@code use}. */
    GitBundle(RepositoryUse use, ObjectId tree, boolean pointers, Deadline deadline) {
        this.use = use;
        this.tree = tree;
        this.pointers = pointers;
        this.deadline = deadline;
    }

    @Override
    public Entries open() {
        deadline.check("reading a bundle");
        ObjectReader reader = use.repository().newObjectReader();
        reader.setStreamFileThreshold(STREAM_ABOVE);
        TreeWalk walk = new TreeWalk(reader);
        try {
            walk.addTree(tree);
            return new Pass(reader, walk);
        } catch (IOException e) {
            walk.close();
            reader.close();
            throw use.broken(e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            use.close();
        }
    }

    private final class Pass implements Entries {

        private final ObjectReader reader;
        private final TreeWalk walk;
        private boolean file;

        Pass(ObjectReader reader, TreeWalk walk) {
            this.reader = reader;
            this.walk = walk;
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            deadline.check("reading a bundle");
            file = false;
            try {
                return walk.next() ? entry() : null;
            } catch (IOException e) {
                throw use.broken(e);
            }
        }

        @Override
        public InputStream content() throws IOException {
            if (!file) {
                throw new IllegalStateException("content() is for the file that next() just gave, once");
            }
            file = false;
            try {
                return new Watched(
                        reader.open(walk.getObjectId(0), Constants.OBJ_BLOB).openStream());
            } catch (IOException e) {
                throw use.broken(e);
            }
        }

        @Override
        public void close() {
            walk.close();
            reader.close();
        }

        private BundleEntry entry() throws IOException {
            String path = strict(walk.getRawPath());
            if (path == null) {
                return new BundleEntry.Special(walk.getPathString(), "name that is not UTF-8");
            }
            int mode = walk.getRawMode(0);
            return switch (mode & FileMode.TYPE_MASK) {
                case FileMode.TYPE_TREE -> {
                    walk.enterSubtree();
                    yield new BundleEntry.Directory(path);
                }
                case FileMode.TYPE_FILE -> file(path, FileMode.EXECUTABLE_FILE.equals(mode));
                case FileMode.TYPE_SYMLINK -> link(path);
                case FileMode.TYPE_GITLINK -> new BundleEntry.Special(path, "submodule");
                default -> new BundleEntry.Special(path, "entry of mode " + Integer.toOctalString(mode));
            };
        }

        private BundleEntry file(String path, boolean executable) throws IOException {
            ObjectId id = walk.getObjectId(0);
            long size = reader.getObjectSize(id, Constants.OBJ_BLOB);
            if (!pointers && size <= LONGEST_POINTER && pointer(reader.open(id).getCachedBytes(LONGEST_POINTER))) {
                return new BundleEntry.Special(path, "git-lfs pointer");
            }
            file = true;
            return new BundleEntry.File(path, size, executable).contentId("git:" + id.name());
        }

        private BundleEntry link(String path) throws IOException {
            ObjectId id = walk.getObjectId(0);
            if (reader.getObjectSize(id, Constants.OBJ_BLOB) > LONGEST_LINK) {
                return new BundleEntry.Special(path, "symbolic link longer than " + LONGEST_LINK + " bytes");
            }
            String target = strict(reader.open(id).getCachedBytes(LONGEST_LINK));
            return target == null
                    ? new BundleEntry.Special(path, "symbolic link to a name that is not UTF-8")
                    : new BundleEntry.Link(path, target);
        }
    }

    private static boolean pointer(byte[] content) {
        return content.length >= POINTER.length
                && Arrays.equals(content, 0, POINTER.length, POINTER, 0, POINTER.length);
    }

    private static @Nullable String strict(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Ends at the deadline, and tells the cache when the disk gave something unreadable. */
    private final class Watched extends InputStream {

        private final InputStream in;

        Watched(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            deadline.check("reading a bundle");
            try {
                return in.read(bytes, offset, length);
            } catch (IOException e) {
                throw use.broken(e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
