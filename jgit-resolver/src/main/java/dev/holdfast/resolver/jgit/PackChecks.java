package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Which packs on disk are what was once written there: each is read against its own checksum once in a process's life.
 */
final class PackChecks {

    private static final int CHECKSUM = 20;
    private static final int BUFFER = 64 * 1024;

    /** By repository, so that one can be forgotten without a look at all others. */
    private final Map<Path, Set<Path>> sound = new ConcurrentHashMap<>();

    private final Set<Path> suspected = ConcurrentHashMap.newKeySet();

    /** Returns whether every pack of the repository is whole; reads those that were not read before. */
    boolean sound(Path repository, Deadline deadline) throws IOException {
        if (suspected.contains(repository)) {
            return false;
        }
        Set<Path> known = known(repository);
        for (Path pack : packs(repository)) {
            boolean indexed = Files.exists(Path.of(pack.toString().replaceFirst("\\.pack$", ".idx")));
            if (!known.contains(pack) && (!indexed || !whole(pack, deadline))) {
                return false;
            }
            known.add(pack);
        }
        return true;
    }

    /** Notes that this process wrote the packs that are there now, so none needs to be read back. */
    void written(Path repository) throws IOException {
        List<Path> now = packs(repository);
        known(repository).addAll(now);
        known(repository).retainAll(now);
    }

    private Set<Path> known(Path repository) {
        return sound.computeIfAbsent(repository, any -> ConcurrentHashMap.newKeySet());
    }

    /** Notes that something in the repository could not be read, whatever the checksums say. */
    void suspect(Path repository) {
        suspected.add(repository);
    }

    void forget(Path repository) {
        suspected.remove(repository);
        sound.remove(repository);
    }

    static List<Path> packs(Path repository) throws IOException {
        Path directory = repository.resolve("objects/pack");
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    private static boolean whole(Path pack, Deadline deadline) throws IOException {
        long left = Files.size(pack) - CHECKSUM;
        if (left < CHECKSUM) {
            return false;
        }
        MessageDigest digest = sha1();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(pack)) {
            while (left > 0) {
                deadline.check("checking the git cache");
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    return false;
                }
                digest.update(buffer, 0, n);
                left -= n;
            }
            return MessageDigest.isEqual(digest.digest(), in.readNBytes(CHECKSUM));
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
