package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A repository of the cache while somebody uses it. */
final class CachedRepository implements RepositoryUse {

    private final GitLocation location;
    private final Repository repository;
    private final Path path;
    private final RepositoryLocks locks;
    private final PackChecks checks;
    private final AtomicBoolean closed = new AtomicBoolean();

    CachedRepository(GitLocation location, Repository repository, Path path, RepositoryLocks locks, PackChecks checks) {
        this.location = location;
        this.repository = repository;
        this.path = path;
        this.locks = locks;
        this.checks = checks;
    }

    /** Opens what stands at {@code path}. */
    static Repository open(Path path) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(path.toFile())
                .setBare()
                .setMustExist(true)
                .build();
    }

    @Override
    public Repository repository() {
        return repository;
    }

    /** Runs a fetch into it while nobody else does, and clears away what one that crashed left behind. */
    void fetching(Deadline deadline, RepositoryLocks.Work fetch) throws IOException {
        locks.whileFetching(deadline, () -> {
            fetch.run();
            checks.written(path);
        });
    }

    /** Deletes what only a fetch that never ended leaves; to be called while fetching, so none of it is in use. */
    void clean() throws IOException {
        Files.deleteIfExists(path.resolve("shallow.lock"));
        for (Path directory : List.of(path.resolve("objects"), path.resolve("objects/pack"))) {
            if (Files.notExists(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(CachedRepository::leftOver).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean leftOver(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("incoming_") || name.endsWith(".tmp") || name.endsWith(".keep");
    }

    @Override
    public void suspect() {
        checks.suspect(path);
    }

    @Override
    public HoldfastException broken(IOException failure) {
        suspect();
        return new TransientException(
                Reason.UNREACHABLE,
                "the cached copy of " + location + " cannot be read and will be fetched again; try again",
                failure);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            repository.close();
            locks.release();
        }
    }
}
