package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.AtomicInstaller;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginHold;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many readers that hold what they use, beside upgrades and collections that would take it away. */
@ExtendWith(Sample.Given.class)
final class ReaderHoldsTest {

    private static final int RACES = 10_000;
    private static final int HOLDERS = 1_000;
    private static final int UPGRADES = 50;

    @TempDir
    private Path directory;

    @Test
    void noHeldReleaseLosesAFileInAFewRaces() throws Exception {
        races(100);
    }

    /** At length. */
    @Test
    @Tag("once")
    void noHeldReleaseLosesAFileInTenThousandRaces(Sample sample) throws Exception {
        races(sample.of(RACES));
    }

    @Test
    void fewHoldersMissNoReadAndTheDeadOnesKeepNothing() throws IOException {
        holders(30, 6);
    }

    /** At length. */
    @Test
    @Tag("once")
    void aThousandHoldersMissNoReadAndTheDeadOnesKeepNothing(Sample sample) throws IOException {
        holders(Math.max(50, sample.of(HOLDERS)), Math.max(5, sample.of(UPGRADES)));
    }

    /** Each holder takes what is live, reads it after each upgrade, and then ends its hold, or is killed. */
    private void holders(int count, int upgrades) throws IOException {
        Path root = directory.resolve("plugins");
        MutableClock clock = MutableClock.create();
        int reads = 0;
        int missing = 0;
        int killed = 0;
        try (RetentionStory story = new RetentionStory(clock, InMemoryTrackingStore.create(clock), root)) {
            story.nodes(1, Duration.ofSeconds(1), host -> host.keepReleases(1));
            List<PluginHold> holds = new ArrayList<>();
            for (int i = 0; i < upgrades; i++) {
                story.installed("text " + i);
                for (int j = 0; j < count / upgrades; j++) {
                    holds.add(PluginDirectory.at(root)
                            .hold(RetentionStory.GREETER, "session-" + i)
                            .orElseThrow());
                }
                clock.advance(Duration.ofSeconds(2));
                story.collect();
                for (PluginHold hold : holds) {
                    reads++;
                    missing += Files.exists(hold.path().resolve("d/more")) && hold.refresh() ? 0 : 1;
                }
            }
            for (PluginHold hold : holds) {
                if (killed++ % 2 == 0) {
                    hold.close();
                }
            }
            for (Path hold : RetentionStory.entries(root.resolve(".holds/greeter"))) {
                Files.setLastModifiedTime(hold, FileTime.from(Instant.EPOCH));
            }
            clock.advance(Duration.ofMinutes(6));

            story.collect();

            System.out.printf(
                    "%d holders x %d upgrades: %d reads, %d missing, %d killed%n",
                    holds.size(), upgrades, reads, missing, killed / 2);
            assertThat(missing).isZero();
            assertThat(story.releases()).as("live, and what it replaced").hasSizeLessThanOrEqualTo(2);
            assertThat(RetentionStory.entries(root.resolve(".holds/greeter"))).isEmpty();
        }
    }

    /**
     * The reader has resolved the live path long ago, and begins to hold in the instant in which the release is
     * collected.
     */
    private void races(int count) throws Exception {
        Path root = directory.resolve("plugins");
        MutableClock clock = MutableClock.create();
        try (RetentionStory story = new RetentionStory(clock, InMemoryTrackingStore.create(clock), root)) {
            story.nodes(1, Duration.ofSeconds(1), host -> host).installed("text");
        }
        Path reader = Files.createDirectories(directory.resolve("reader"));
        Files.createSymbolicLink(reader.resolve(".releases"), root.resolve(".releases"));
        Files.createDirectories(root.resolve(".holds"));
        Files.createSymbolicLink(reader.resolve(".holds"), root.resolve(".holds"));
        ExecutorService both = Executors.newFixedThreadPool(2);
        int held = 0;
        try {
            for (int i = 0; i < count; i++) {
                held += race(both, root, reader, i) ? 1 : 0;
            }
        } finally {
            both.shutdownNow();
        }
        System.out.printf("%d races: %d held, %d told%n", count, held, count - held);
    }

    private static boolean race(ExecutorService both, Path root, Path reader, int number) throws Exception {
        Stamp stamp = Stamp.of(Instant.parse("2026-01-01T00:00:00Z").plusMillis(number), number);
        Path release = copied(root, stamp);
        Files.deleteIfExists(reader.resolve("greeter"));
        Files.createSymbolicLink(reader.resolve("greeter"), Path.of(".releases/greeter/" + stamp));
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Optional<PluginHold>> holding = () -> {
            start.await();
            return PluginDirectory.at(reader).hold(RetentionStory.GREETER, "racer");
        };
        Callable<List<Stamp>> collecting = () -> {
            TargetAddress address = TargetAddress.parse("dir://" + root);
            try (TargetSession session =
                    DirectoryTarget.create().durable(false).open(address, Deadline.after(Duration.ofMinutes(5)))) {
                start.await();
                return AtomicInstaller.withLimits(BundleLimits.standard())
                        .collect(session, RetentionStory.GREETER, 1_000L + number, List.of(), List.of());
            }
        };
        Future<Optional<PluginHold>> taken = both.submit(holding);
        List<Stamp> gone = both.submit(collecting).get();
        Optional<PluginHold> hold = taken.get();
        if (hold.isEmpty()) {
            return false;
        }
        try (PluginHold it = hold.get()) {
            assertThat(gone).doesNotContain(stamp);
            assertThat(release.resolve("SKILL.md")).exists();
            assertThat(release.resolve("d/more")).exists();
            assertThat(release.resolve(".complete")).exists();
            assertThat(it.refresh()).isTrue();
        }
        return true;
    }

    /** A release that is complete, and that nothing names. */
    private static Path copied(Path root, Stamp stamp) throws IOException {
        Path live = root.resolve("greeter").toRealPath();
        Path release = root.resolve(".releases/greeter/" + stamp);
        Files.createDirectories(release.resolve("d"));
        for (String file : List.of("SKILL.md", "d/more", ".complete")) {
            Files.copy(live.resolve(file), release.resolve(file));
        }
        return release;
    }
}
