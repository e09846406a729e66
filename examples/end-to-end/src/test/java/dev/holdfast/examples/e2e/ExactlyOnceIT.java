package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.needs.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five processes on one PostgreSQL, two hundred calls of {@code apply} at once on the same twenty updates. Two
 * processes are killed, two stopped past their lease and woken up, and all the while connections to the database are
 * terminated.
 */
@ExtendWith(Sample.Given.class)
final class ExactlyOnceIT {

    private static final String BEFORE_THE_SWAP = ".* of CopyLink";
    private static final String AFTER_THE_SWAP = ".* of ReplaceLink";

    @TempDir
    private Path directory;

    @Test
    void whoeverAsksAndWhateverDiesEachUpdateIsAppliedOnce() throws Exception {
        try (OnceStory story = new OnceStory(directory, "swaps")) {
            story.run(List.of(BEFORE_THE_SWAP, AFTER_THE_SWAP, BEFORE_THE_SWAP, AFTER_THE_SWAP));
        }
    }

    /** The points are drawn; {@code -Dholdfast.seed} draws the same ones again. */
    @Tag("once")
    @TestFactory
    Stream<DynamicTest> whereverTheyFailEachUpdateIsAppliedOnce(Sample sample) {
        long first = Long.getLong("holdfast.seed", System.nanoTime());
        return LongStream.range(first, first + sample.of(8))
                .mapToObj(seed -> DynamicTest.dynamicTest("-Dholdfast.seed=" + seed, () -> {
                    Random random = new Random(seed);
                    List<String> points = IntStream.range(0, 4)
                            .mapToObj(i -> "%03d .*".formatted(1 + random.nextInt(90)))
                            .toList();
                    try (OnceStory story =
                            new OnceStory(Files.createDirectory(directory.resolve("seed-" + seed)), "seed " + seed)) {
                        story.run(points);
                    }
                }));
    }
}
