package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cache by itself: what others and crashes do to it. */
@SuppressWarnings("NullAway.Init")
final class GitCacheTest {

    private static final long MIB = 1024 * 1024;

    @TempDir
    private Path directory;

    private GitCache cache;

    @BeforeEach
    void create() {
        cache = new GitCache(directory, MIB);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    /** What power cuts, cleaners of temporary files and people leave. */
    enum Damage {
        GARBAGE_IN_CONFIG {
            @Override
            void to(Path repository) throws IOException {
                Files.writeString(repository.resolve("config"), "[core\n\u0001\u0002");
            }
        },
        ZEROES_IN_CONFIG {
            @Override
            void to(Path repository) throws IOException {
                Files.write(repository.resolve("config"), new byte[64]);
            }
        },
        UNKNOWN_FORMAT {
            @Override
            void to(Path repository) throws IOException {
                Files.writeString(repository.resolve("config"), "[core]\n\trepositoryformatversion = 9\n");
            }
        },
        NO_CONFIG {
            @Override
            void to(Path repository) throws IOException {
                Files.delete(repository.resolve("config"));
            }
        },
        NO_OBJECTS {
            @Override
            void to(Path repository) throws IOException {
                Trees.delete(repository.resolve("objects"));
            }
        },
        PLAIN_FILE_IN_ITS_PLACE {
            @Override
            void to(Path repository) throws IOException {
                Trees.delete(repository);
                Files.writeString(repository, "x");
            }
        },
        DANGLING_LINK_IN_ITS_PLACE {
            @Override
            void to(Path repository) throws IOException {
                Trees.delete(repository);
                Files.createSymbolicLink(repository, Path.of("/nowhere/at/all"));
            }
        };

        abstract void to(Path repository) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void startsAfreshWhateverDamagedARepository(Damage damage) throws IOException {
        Path repository = used("a");
        damage.to(repository);

        try (CachedRepository again = cache.use(location("a"), plenty())) {
            assertThat(again.repository().getObjectDatabase().exists()).isTrue();
            assertThat(again.repository().getRefDatabase().getRefs()).isEmpty();
        }
        assertThat(repository.resolve("objects/pack")).isDirectory();
    }

    @Test
    void leavesAloneWhatSomebodyIsMakingAndClearsAwayWhatACrashLeft() throws IOException {
        used("a");
        Path making = Files.createDirectory(directory.resolve("new-1"));
        Path left = Files.createDirectory(directory.resolve("new-2"));
        Path trash = Files.createDirectory(directory.resolve("trash-1"));
        Files.setLastModifiedTime(
                left,
                FileTime.from(Files.getLastModifiedTime(making).toInstant().minus(Duration.ofHours(2))));

        cache.shrink();

        assertThat(making).exists();
        assertThat(left).doesNotExist();
        assertThat(trash).doesNotExist();
    }

    @Test
    void firstUsesSucceedWhileTheCacheIsLookedThrough() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> passes = CompletableFuture.runAsync(() -> {
            while (!ended.get()) {
                shrinkUnchecked();
            }
        });

        for (int i = 0; i < 40; i++) {
            assertThat(used("r" + i).resolve("objects/pack")).isDirectory();
        }

        ended.set(true);
        passes.get();
    }

    @Test
    void theOldestGoFirstAndNoneInUse() throws IOException {
        Path oldest = filled("oldest", 300);
        Path old = filled("old", 200);
        Path inUse = filled("in-use", 400);
        Path newest = filled("newest", 10);

        try (CachedRepository use = cache.use(location("in-use"), plenty())) {
            age(inUse, 500);
            cache.shrink();
            assertThat(use.repository().getDirectory()).exists();
        }

        assertThat(Stream.of(oldest, old)).noneMatch(Files::exists);
        assertThat(newest).exists();
    }

    @Test
    void twoApplicationsOfOneJvmUseOneRepository() throws IOException {
        used("a");
        // As code of another class loader holds it: another byte of the same file, taken by the same JVM.
        try (FileChannel channel =
                        FileChannel.open(lockFile(".use"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock(7, 1, true)) {
            assertThat(lock.isValid()).isTrue();
            assertThat(used("a")).isDirectory();
            Files.createDirectories(used("a").resolve("objects/pack"));
            Files.write(used("a").resolve("objects/pack/x.pack"), new byte[(int) (2 * MIB)]);

            cache.shrink();

            assertThat(directory.resolve("locks")).isDirectory();
            assertThat(repositories())
                    .as("kept while the other application uses it")
                    .hasSize(1);
        }
    }

    @Test
    void waitsForAnotherApplicationThatFetchesAndNoLongerThanItsDeadline() throws IOException {
        try (CachedRepository use = cache.use(location("a"), plenty())) {
            use.fetching(plenty(), () -> {});
            try (FileChannel channel = FileChannel.open(lockFile(".fetch"), StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
                assertThatThrownBy(() -> use.fetching(Deadline.after(Duration.ofMillis(100)), () -> {}))
                        .isInstanceOf(TransientException.class);
            }
            use.fetching(plenty(), () -> {});
        }
    }

    private Path filled(String name, int minutesAgo) throws IOException {
        Path repository = used(name);
        Files.write(repository.resolve("objects/filling"), new byte[(int) (MIB * 2 / 5)]);
        age(repository, minutesAgo);
        return repository;
    }

    private static void age(Path repository, int minutes) throws IOException {
        Files.setLastModifiedTime(
                repository,
                FileTime.from(Files.getLastModifiedTime(repository).toInstant().minus(Duration.ofMinutes(minutes))));
    }

    private Path used(String name) throws IOException {
        try (CachedRepository use = cache.use(location(name), plenty())) {
            return use.repository().getDirectory().toPath();
        }
    }

    private Path lockFile(String suffix) throws IOException {
        try (Stream<Path> locks = Files.list(directory.resolve("locks"))) {
            return locks.filter(path -> path.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Stream<Path> repositories() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.toString().endsWith(".git")).toList().stream();
        }
    }

    private void shrinkUnchecked() {
        try {
            cache.shrink();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GitLocation location(String name) {
        return new GitLocation(URI.create("https://git.example.com/" + name + ".git"));
    }

    private static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(2));
    }
}
