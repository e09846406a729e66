package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.FaultStory.assertFails;

import dev.holdfast.spi.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The clock jumps back by a day, in the middle of an upgrade from v1.0.0 to v2.0.0, on any target. */
abstract class ClockFaults {

    /** Returns a story in which v1.0.0 is installed. */
    abstract FaultStory story();

    @Test
    void aClockThatJumpsBackInAnUploadChangesNothing() {
        try (FaultStory story = story()) {
            story.install("v2.0.0", 300_000, () -> story.clock().advance(Duration.ofDays(-1)));

            story.assertSettled("v2.0.0");
        }
    }

    @Test
    void aClockThatJumpsBackBeforeASwapThatIsLostChangesNothing() {
        try (FaultStory story = story()) {
            assertFails(Reason.UNREACHABLE, () -> story.installStalling("v2.0.0", story::jumpBackAndBreakOff));

            story.assertSettled("v1.0.0");
        }
    }
}
