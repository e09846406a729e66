package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Concurrency;
import dev.holdfast.SweepReport;
import dev.holdfast.Timings;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a sweep takes, and when its upstreams are due again. */
final class SweepBoundTest {

    private static final Duration BRIEF = Duration.ofMillis(300);

    @TempDir
    Path root;

    private PoisonedStory story(Timings timings) {
        PoisonedStory story =
                new PoisonedStory(root, builder -> builder.timings(timings).sweepConcurrency(new Concurrency(1, 1)));
        IntStream.range(0, 3).forEach(i -> {
            story.release("number-" + i + "/greeter", "v1.0.0");
            story.install("ws-" + i, "number-" + i + "/greeter");
        });
        return story;
    }

    @Test
    void whatASweepHasNoTimeForIsAskedByTheNextOne() {
        try (PoisonedStory story = story(Timings.standard().resolve(BRIEF).sweep(BRIEF))) {
            story.stall();

            SweepReport first = story.sweep();
            story.release();
            SweepReport second = story.holdfast().sweeper().sweep();

            assertThat(first.claimed()).isLessThan(2);
            assertThat(first.left()).isEqualTo(3 - first.claimed());
            assertThat(second.census().due()).isEqualTo(first.left());
        }
    }

    @Test
    void upstreamsThatWereAskedTogetherAreNotDueTogetherAgain() {
        try (PoisonedStory story = story(Timings.standard())) {
            story.sweep();
            List<Instant> due = due(story);
            Instant now = story.clock.instant();

            assertThat(due).doesNotHaveDuplicates();
            assertThat(due)
                    .allSatisfy(instant -> assertThat(instant)
                            .isBetween(now.plus(Duration.ofMinutes(54)), now.plus(Duration.ofHours(1))));
        }
    }

    private static List<Instant> due(PoisonedStory story) {
        return story.holdfast().upstreams(Page.Request.first(10)).items().stream()
                .map(UpstreamStatus::dueAt)
                .toList();
    }
}
