package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollouts through a fleet by five processes on one PostgreSQL. Each kills itself at a drawn call of its store, its
 * source or its target, and is started again. {@code -Dholdfast.seed} draws the same calls again; how the processes
 * meet is for the machine to decide.
 */
@Tag("kill")
@ExtendWith(Sample.Given.class)
final class RolloutKillIT {

    private static final int ALL = 200;
    private static final int EACH = 20;

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> aBadReleaseRunsInItsFirstRingAtMost(Sample sample) {
        int workspaces = sample.of(EACH) > 1 ? ALL : ALL / 2;
        return seeds(sample).map(seed -> named("bad", seed, place -> badRelease(place, seed, workspaces)));
    }

    @TestFactory
    Stream<DynamicTest> aGoodReleaseReachesEverybodyOnce(Sample sample) {
        int workspaces = sample.of(EACH) > 1 ? ALL : ALL / 5;
        return seeds(sample).map(seed -> named("good", seed, place -> goodRelease(place, seed, workspaces)));
    }

    private static Stream<Long> seeds(Sample sample) {
        long first = Long.getLong("holdfast.seed", System.nanoTime());
        return LongStream.range(first, first + sample.of(EACH)).boxed();
    }

    private void badRelease(Path place, long seed, int workspaces) throws Exception {
        try (RolloutStory story = new RolloutStory(place, seed, workspaces, false)) {
            Rollout end = story.rolledOut();
            Set<String> ran = story.ran();
            story.aDayPasses();

            assertThat(end.progress().state()).as(story.told()).isEqualTo(State.HALTED);
            assertThat(ran).as(story.told()).isNotEmpty().hasSizeLessThanOrEqualTo(workspaces / 20);
            assertThat(story.ran()).as("after the halt; " + story.told()).isEqualTo(ran);
            assertThat(story.live()).as(story.told()).isZero();
            assertThatThrownBy(story::installLate)
                    .isInstanceOfSatisfying(
                            PermanentException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.QUARANTINED));
            System.out.println(
                    "bad release, seed " + seed + ": ran in " + ran.size() + " of " + workspaces + "; " + story.told());
        }
    }

    private void goodRelease(Path place, long seed, int workspaces) throws Exception {
        try (RolloutStory story = new RolloutStory(place, seed, workspaces, true)) {
            Rollout end = story.rolledOut();

            assertThat(end.progress().state()).as(story.told()).isEqualTo(State.DONE);
            assertThat(story.live()).as(story.told()).isEqualTo(workspaces);
            assertThat(story.appliedTwice()).as(story.told()).isEmpty();
            assertThat(story.kills()).as(story.told()).isPositive();
            System.out.println("good release, seed " + seed + ": reached " + workspaces + "; " + story.told());
        }
    }

    /** What a story does in its directory. */
    @FunctionalInterface
    private interface Told {
        void in(Path place) throws Exception;
    }

    private DynamicTest named(String name, long seed, Told story) {
        return DynamicTest.dynamicTest(
                name + ", -Dholdfast.seed=" + seed,
                () -> story.in(Files.createDirectory(directory.resolve(name + "-" + seed))));
    }
}
