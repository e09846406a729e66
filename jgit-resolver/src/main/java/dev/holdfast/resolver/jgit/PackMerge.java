package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.PackInvalidException;
import org.eclipse.jgit.errors.PackMismatchException;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * Joins small packs of a cached repository that nobody else uses: each fetch adds one or two, and JGit looks for an
 * object in one after the other.
 *
 * <p>A pack at least twice as large as all smaller ones together stays as it is, so no byte is copied often. What is
 * joined is bounded in bytes and in objects; objects are copied as they are stored. The new pack stands whole before
 * the first old one goes, so a crash leaves some objects twice and none missing.
 */
final class PackMerge {

    /** So many packs may stand beside one another. */
    static final int MANY = 24;

    private static final long MOST_BYTES = 128L * 1024 * 1024;
    /** An index takes about 30 bytes for each object, and the work about 150 bytes of memory. */
    private static final long MOST_INDEX_BYTES = 8L * 1024 * 1024;

    private static final int LARGER = 2;
    private static final String PACK = ".pack";
    private static final String INDEX = ".idx";

    private final Path directory;
    private final Repository repository;
    private final Deadline deadline;

    private PackMerge(Repository repository, Deadline deadline) {
        this.directory = repository.getDirectory().toPath().resolve("objects/pack");
        this.repository = repository;
        this.deadline = deadline;
    }

    /** A pack on disk. */
    private record Size(Path pack, long bytes, long indexBytes) {

        static Size of(Path pack) throws IOException {
            return new Size(pack, Files.size(pack), Files.size(sibling(pack, INDEX)));
        }
    }

    /**
     * Joins the small packs if there are more than {@link #MANY}; returns whether it did.
     *
     * @throws MissingObjectException if an index names what its pack does not hold
     * @throws CorruptObjectException if a pack cannot be read
     * @throws PackMismatchException if an index is of another pack
     * @throws PackInvalidException if a pack could not be read before
     * @throws IOException if it did not come to an end, for another reason or at the deadline: every object is still
     *     there
     */
    static boolean run(Path path, Deadline deadline) throws IOException {
        List<Path> small = small(PackChecks.packs(path));
        if (small.size() < 2) {
            return false;
        }
        try (Repository repository = CachedRepository.open(path)) {
            new PackMerge(repository, deadline).join(small);
            return true;
        }
    }

    /** Returns those to join, of which there may be none. */
    private static List<Path> small(List<Path> packs) throws IOException {
        List<Size> ascending = new ArrayList<>();
        if (packs.size() > MANY) {
            for (Path pack : packs) {
                ascending.add(Size.of(pack));
            }
        }
        ascending.sort(Comparator.comparingLong(Size::bytes));
        long bytes = 0;
        long indexBytes = 0;
        int end = 0;
        for (int i = 0; i < ascending.size(); i++) {
            Size size = ascending.get(i);
            boolean tooLarge = bytes + size.bytes() > MOST_BYTES || indexBytes + size.indexBytes() > MOST_INDEX_BYTES;
            if (tooLarge) {
                break;
            }
            end = size.bytes() < LARGER * bytes || i == 0 ? i + 1 : end;
            bytes += size.bytes();
            indexBytes += size.indexBytes();
        }
        return ascending.subList(0, end).stream().map(Size::pack).toList();
    }

    private void join(List<Path> small) throws IOException {
        try (ObjectReader reader = repository.newObjectReader();
                PackWriter writer = new PackWriter(asStored(), reader.newReader())) {
            add(reader, new HashSet<>(small), writer);
            Path joined = directory.resolve("pack-" + writer.computeName().name() + PACK);
            // One of them may hold all that the others hold, and packs are named by what they hold.
            if (Files.notExists(joined)) {
                write(writer, joined);
            }
            for (Path old : small) {
                if (!old.equals(joined)) {
                    delete(old);
                }
            }
        }
    }

    private PackConfig asStored() {
        PackConfig config = new PackConfig(repository);
        config.setDeltaCompress(false);
        return config;
    }

    private void add(ObjectReader reader, Set<Path> small, PackWriter writer) throws IOException {
        // Of a large object no more than its type is read.
        reader.setStreamFileThreshold(1);
        RevWalk walk = new RevWalk(reader);
        for (Pack pack : ((ObjectDirectory) repository.getObjectDatabase()).getPacks()) {
            if (!small.remove(pack.getPackFile().toPath())) {
                continue;
            }
            // To go through the pack itself would be to find it empty where its index cannot be read.
            for (PackIndex.MutableEntry entry : pack.getIndex()) {
                deadline.check("joining packs");
                ObjectId id = entry.toObjectId();
                if (!writer.willInclude(id)) {
                    writer.addObject(walk.lookupAny(id, reader.open(id).getType()));
                }
            }
        }
        if (!small.isEmpty()) {
            throw new CorruptObjectException("JGit does not read " + small);
        }
    }

    /** The index first: a pack without one counts as damaged, and an index without a pack as nothing. */
    private void write(PackWriter writer, Path joined) throws IOException {
        UntilDeadline monitor = new UntilDeadline(deadline);
        // Not among the packs: what a crash leaves there would count as a damaged one.
        Path objects = repository.getDirectory().toPath().resolve("objects");
        Path pack = Files.createTempFile(objects, "incoming_", PACK);
        Path index = Files.createTempFile(objects, "incoming_", INDEX);
        try {
            onDisk(pack, out -> writer.writePack(monitor, monitor, out));
            onDisk(index, writer::writeIndex);
            Files.move(index, sibling(joined, INDEX), StandardCopyOption.ATOMIC_MOVE);
            Files.move(pack, joined, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(pack);
            Files.deleteIfExists(index);
        }
    }

    /** What is written to a file. */
    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    private static void onDisk(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
            content.to(out);
            out.flush();
            channel.force(true);
        }
    }

    /** The pack first, for the same reason as above. */
    private static void delete(Path pack) throws IOException {
        Files.deleteIfExists(pack);
        String name = String.valueOf(pack.getFileName());
        String base = name.substring(0, name.length() - PACK.length());
        try (Stream<Path> siblings = Files.list(pack.resolveSibling("."))) {
            for (Path sibling : siblings.toList()) {
                if (String.valueOf(sibling.getFileName()).startsWith(base + ".")) {
                    Files.deleteIfExists(sibling);
                }
            }
        }
    }

    private static Path sibling(Path pack, String extension) {
        String name = String.valueOf(pack.getFileName());
        return pack.resolveSibling(name.substring(0, name.length() - PACK.length()) + extension);
    }
}
