package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cache is looked through for, beside those who use it. */
final class HousekeepingTest {

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger passes = new AtomicInteger();

    @Test
    void nobodyWaitsForAPassAndOneInAMinuteIsEnough() throws Exception {
        try (Housekeeping housekeeping = new Housekeeping(this::pass)) {
            housekeeping.wanted(false);
            assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 100; i++) {
                housekeeping.wanted(false);
            }
            mayEnd.release(10);
        }

        assertThat(passes).hasValue(1);
    }

    @Test
    void whatIsUrgentFollowsAPassThatRuns() throws Exception {
        try (Housekeeping housekeeping = new Housekeeping(this::pass)) {
            housekeeping.wanted(false);
            assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            housekeeping.wanted(true);
            housekeeping.wanted(true);
            mayEnd.release(10);

            assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(passes).hasValue(2);
    }

    @Test
    void aPassThatFailsIsFollowedByOthers() throws Exception {
        try (Housekeeping housekeeping = new Housekeeping(() -> {
            begun.release();
            throw new IOException("no such directory");
        })) {
            housekeeping.wanted(true);
            assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            housekeeping.wanted(true);
            assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void repositoriesThatNobodyUsedAreNotMeasuredAgain(@TempDir Path directory) throws IOException {
        Path repository = Files.createDirectory(directory.resolve("a.git"));
        Path objects = Files.createDirectory(repository.resolve("objects"));
        Files.write(objects.resolve("one"), new byte[100]);
        CacheSizes sizes = new CacheSizes();
        sizes.measureUsed(Set.of(repository));
        Files.write(objects.resolve("two"), new byte[100]);

        sizes.measureUsed(Set.of(repository));
        assertThat(sizes.total()).isEqualTo(100);

        sizes.measure(repository);
        assertThat(sizes.total()).isEqualTo(200);

        sizes.measureUsed(Set.of());
        assertThat(sizes.total()).isZero();
    }

    private void pass() throws IOException {
        passes.incrementAndGet();
        begun.release();
        try {
            if (!mayEnd.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new IOException("the test did not let this pass end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
