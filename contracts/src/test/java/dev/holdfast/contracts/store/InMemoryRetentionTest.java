package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InMemoryRetentionTest extends RetentionContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }

    @Test
    void failedAttemptsDoNotTakeReleasesBeforeTheirTime() {
        begin(1, Duration.ofHours(1));
        story.installed("one", "two", "three", "four");
        story.attempted(10_000);

        story.collect();
        List<String> withinTheGrace = story.releases();
        story.ticks(1, Duration.ofHours(1));

        assertThat(withinTheGrace).containsExactly("four", "one", "three", "two");
        assertThat(story.releases()).as("the last three").containsExactly("four", "three", "two");
    }
}
