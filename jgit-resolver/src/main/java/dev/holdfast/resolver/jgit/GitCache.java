package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched before: one bare repository for each upstream, below one directory.
 *
 * <p>Nothing in it is precious. A repository that cannot be read, or has collected too many packs, is deleted when
 * nobody uses it; beyond the size limit those go first that were used longest ago. Several processes may share it.
 */
final class GitCache {

    private static final Logger LOG = LoggerFactory.getLogger(GitCache.class);
    private static final String REPOSITORY = ".git";
    private static final String TRASH = "trash-";
    private static final int NAME_DIGITS = 32;
    private static final int MAX_PACKS = 64;

    private final Path directory;
    private final long limit;
    private final PackChecks checks = new PackChecks();

    GitCache(Path directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** Returns the repository of {@code location}, made if it is not there, sound as far as its packs' checksums tell. */
    CachedRepository use(GitLocation location, Deadline deadline) throws IOException {
        Path locks = Files.createDirectories(directory.resolve("locks"));
        String name = name(location);
        Path path = directory.resolve(name + REPOSITORY);
        RepositoryLocks lock = RepositoryLocks.of(locks.resolve(name));
        lock.use(deadline, () -> dropIfUseless(path, location, deadline));
        Repository repository = null;
        try {
            create(path);
            repository = new FileRepositoryBuilder()
                    .setGitDir(path.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
            Files.setLastModifiedTime(path, Files.getLastModifiedTime(touched(path)));
            return new CachedRepository(location, repository, path, lock, checks);
        } catch (IOException | RuntimeException e) {
            if (repository != null) {
                repository.close();
            }
            lock.release();
            throw e;
        }
    }

    /** Deletes what was used longest ago until the rest is within the limit; what is in use stays. */
    void shrink() throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (name.startsWith(TRASH)) {
                    Trees.delete(child);
                } else if (name.endsWith(REPOSITORY)) {
                    all.add(child);
                }
            }
        }
        all.sort(Comparator.comparing(Trees::modified));
        long total = 0;
        for (Path path : all) {
            total += Trees.size(path);
        }
        for (Path path : all) {
            long size = Trees.size(path);
            if (total > limit && locks(path).ifUnused(() -> drop(path))) {
                LOG.info("Dropped {} bytes from the git cache: {}", size, path.getFileName());
                total -= size;
            }
        }
    }

    private RepositoryLocks locks(Path path) throws IOException {
        String file = path.getFileName().toString();
        return RepositoryLocks.of(
                directory.resolve("locks").resolve(file.substring(0, file.length() - REPOSITORY.length())));
    }

    private void dropIfUseless(Path path, GitLocation location, Deadline deadline) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        boolean damaged = Files.notExists(path.resolve("HEAD")) || !checks.sound(path, deadline);
        if (damaged || PackChecks.packs(path).size() > MAX_PACKS) {
            LOG.info("Starting the cached copy of {} afresh: {}", location, damaged ? "damaged" : "many packs");
            drop(path);
        }
    }

    /** Gone by one rename, so that a crash leaves a whole repository or none. */
    private void drop(Path path) throws IOException {
        Path trash = directory.resolve(TRASH + random());
        Files.move(path, trash, StandardCopyOption.ATOMIC_MOVE);
        checks.forget(path);
        Trees.delete(trash);
    }

    private void create(Path path) throws IOException {
        if (Files.exists(path.resolve("HEAD"))) {
            return;
        }
        Path fresh = directory.resolve(TRASH + random());
        try (Repository repository =
                new FileRepositoryBuilder().setGitDir(fresh.toFile()).setBare().build()) {
            repository.create(true);
        }
        try {
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.delete(fresh);
            if (Files.notExists(path.resolve("HEAD"))) {
                throw e;
            }
        }
    }

    /** Writes an empty file, for the time that the file system gives it: the clock that all processes share. */
    private static Path touched(Path path) throws IOException {
        return Files.write(path.resolve("used"), new byte[0]);
    }

    private static String name(GitLocation location) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(location.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String random() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
