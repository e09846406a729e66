package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.PackInvalidException;
import org.eclipse.jgit.errors.PackMismatchException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched before: one bare repository for each upstream, below one directory.
 *
 * <p>Nothing in it is precious. What cannot be read is deleted when nobody uses it; beyond the size limit those go
 * first that were used longest ago. Where fetches have left many packs, the small ones are joined when nobody uses
 * them. Several processes may share it.
 *
 * <p>The whole is looked through at most once a minute, and at once where this process has passed the limit; nobody who
 * fetches waits for that. So the cache may be larger than its limit for that time.
 */
final class GitCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GitCache.class);
    private static final String REPOSITORY = ".git";
    private static final int NAME_DIGITS = 32;
    /** At most this part of a deadline goes into joining packs. */
    private static final int SHARE = 4;
    /** Beyond the limit so much more goes, as a part of it, that the next fetches have room. */
    private static final int ROOM = 8;

    private final Path directory;
    private final long limit;
    private final PackChecks checks = new PackChecks();
    private final CacheSizes sizes = new CacheSizes();
    private final Housekeeping housekeeping = new Housekeeping(this::shrink);

    GitCache(Path directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    Path directory() {
        return directory;
    }

    /**
     * Returns the repository of {@code location}, made if it is not there, sound as far as its packs' checksums tell.
     */
    CachedRepository use(GitLocation location, Deadline deadline) throws IOException {
        Path locks = Files.createDirectories(directory.resolve("locks"));
        String name = name(location);
        Path path = directory.resolve(name + REPOSITORY);
        RepositoryLocks lock = RepositoryLocks.of(locks.resolve(name));
        for (boolean again = false; ; again = true) {
            lock.use(deadline, () -> tidy(path, location, deadline));
            try {
                return opened(path, location, lock);
            } catch (Error e) {
                lock.release();
                throw e;
            } catch (IOException | RuntimeException e) {
                lock.release();
                PermanentException settings = LocalSettings.found(e);
                if (settings != null) {
                    throw settings;
                }
                if (again || !lock.ifUnused(() -> drop(path))) {
                    throw e;
                }
                LOG.info("Starting the cached copy of {} afresh: {}", location, e.toString());
            }
        }
    }

    private CachedRepository opened(Path path, GitLocation location, RepositoryLocks lock) throws IOException {
        create(path);
        Repository repository = CachedRepository.open(path);
        try {
            touch(path);
            return new CachedRepository(location, repository, path, lock, checks);
        } catch (IOException | RuntimeException | Error e) {
            repository.close();
            throw e;
        }
    }

    /** Takes note of what a fetch has brought. Never fails the fetch. */
    void grown(CachedRepository use) {
        Path path = use.repository().getDirectory().toPath();
        try {
            touch(path);
            sizes.measure(path);
        } catch (IOException e) {
            LOG.debug("Cannot measure {}", path, e);
        }
        housekeeping.wanted(sizes.total() > limit);
    }

    /** Deletes what was used longest ago until the rest is within the limit; what is in use stays. */
    void shrink() throws IOException {
        Set<Path> all = new HashSet<>();
        Leavings leavings = new Leavings();
        try (Stream<Path> children = Files.list(directory)) {
            children.forEach(child -> {
                leavings.see(child);
                if (child.toString().endsWith(REPOSITORY)) {
                    all.add(child);
                }
            });
        }
        leavings.delete();
        sizes.measureUsed(all);
        if (sizes.total() > limit) {
            dropOldest(all);
        }
    }

    private void dropOldest(Set<Path> all) {
        // Looked at once each: others go on to use them, and what changes while it is sorted has no order.
        Map<Path, FileTime> used = new HashMap<>();
        all.forEach(path -> used.put(path, Trees.modified(path)));
        List<Path> oldest = used.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList();
        long excess = sizes.total() - (limit - limit / ROOM);
        for (Path path : oldest) {
            long size = sizes.of(path);
            if (excess <= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            try {
                if (locks(path).ifUnused(() -> drop(path))) {
                    LOG.info("Dropped {} bytes from the git cache: {}", size, path.getFileName());
                    excess -= size;
                }
            } catch (IOException e) {
                LOG.warn("Cannot drop {} from the git cache", path, e);
            }
        }
    }

    private RepositoryLocks locks(Path path) throws IOException {
        String file = String.valueOf(path.getFileName());
        return RepositoryLocks.of(
                directory.resolve("locks").resolve(file.substring(0, file.length() - REPOSITORY.length())));
    }

    /** Brings into order what nobody uses at the moment. */
    private void tidy(Path path, GitLocation location, Deadline deadline) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!whole(path) || !checks.sound(path, deadline) || !joined(path, location, deadline)) {
            LOG.info("Starting the cached copy of {} afresh: it is damaged", location);
            drop(path);
        }
    }

    /**
     * Returns whether its packs can be read, as far as that was tried. Whatever else goes wrong waits for another use.
     */
    private boolean joined(Path path, GitLocation location, Deadline deadline) {
        try {
            if (PackMerge.run(path, deadline.atMost(deadline.remaining().dividedBy(SHARE)))) {
                checks.written(path);
            }
            return true;
        } catch (MissingObjectException | CorruptObjectException | PackMismatchException | PackInvalidException e) {
            return false;
        } catch (IOException | RuntimeException e) {
            LOG.warn("The packs of {} stay as many as they are: {}", location, e.toString());
            return true;
        }
    }

    private static boolean whole(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(path.resolve("objects"))
                && Files.isRegularFile(path.resolve("HEAD"))
                && Files.isRegularFile(path.resolve("config"));
    }

    /** Gone by one rename, so that a crash leaves a whole repository or none. */
    private void drop(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path trash = directory.resolve(Leavings.TRASH + random());
        Files.move(path, trash, StandardCopyOption.ATOMIC_MOVE);
        checks.forget(path);
        sizes.forget(path);
        Trees.delete(trash);
    }

    private void create(Path path) throws IOException {
        if (Files.exists(path.resolve("HEAD"))) {
            return;
        }
        Path fresh = directory.resolve(Leavings.FRESH + random());
        try {
            try (Repository repository = new FileRepositoryBuilder()
                    .setGitDir(fresh.toFile())
                    .setBare()
                    .build()) {
                repository.create(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.delete(fresh);
            if (Files.notExists(path.resolve("HEAD"))) {
                throw e;
            }
        }
    }

    /** Notes a use, at the time that the file system gives a new file: the clock that all processes share. */
    private static void touch(Path path) throws IOException {
        Path used = Files.write(path.resolve("used"), new byte[0]);
        Files.setLastModifiedTime(path, Files.getLastModifiedTime(used));
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

    /** Ends what goes on in the background. */
    @Override
    public void close() {
        housekeeping.close();
    }
}
