package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Automation;
import dev.holdfast.Holdfast;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no interval is refused by name and with the rule, by every loop alike, and never taken for another one. */
final class IntervalTest {

    private final MutableClock clock = MutableClock.create();
    private final ContainerStory story = new ContainerStory(clock, InMemoryContainerIndex.create(clock));

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999S"})
    void lessThanASecondIsRefused(Duration interval) {
        refused("sweepEvery", interval, () -> Holdfast.builder().sweepEvery(interval));
        refused("automation.every", interval, () -> Automation.standard().every(interval));
        refused(
                "every of images",
                interval,
                () -> ImageWatcher.builder().label("watched").every(interval).build());
        refused(
                "of containers on node-1",
                interval,
                () -> story.builder().interval(interval).build());
    }

    private static void refused(String name, Duration interval, ThrowingCallable building) {
        assertThatThrownBy(building)
                .isInstanceOf(PermanentException.class)
                .hasMessageContainingAll("interval " + name, interval.toString(), "give at least 1 second");
    }

    @Test
    void containersAreLookedAtAtLeastEveryFiveMinutes() {
        assertThatThrownBy(() -> story.builder().interval(Duration.ofMinutes(6)).build())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("give 1 second to 300 seconds");
        try (ContainerReconciler standard = story.builder().build()) {
            assertThat(standard.interval()).isEqualTo(Duration.ofSeconds(30));
        }
    }
}
