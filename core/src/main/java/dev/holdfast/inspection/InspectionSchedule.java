package dev.holdfast.inspection;

import dev.holdfast.internal.Durations;
import java.time.Duration;

/**
 * How often installs are compared with what stands on their targets. Both above zero.
 *
 * @param placement the longest between two looks at what the live path names, which reads one link and one marker;
 *     default 1 day
 * @param content the longest between two comparisons of every file, which reads all of the release back; at least
 *     {@code placement}; default 7 days
 */
public record InspectionSchedule(Duration placement, Duration content) {

    /** Refuses what is not above zero, and content that is compared more often than the live path. */
    public InspectionSchedule {
        Durations.positive("placement", placement);
        Durations.atLeast("content", content, "placement", placement, "a comparison is a look too");
    }

    /** Returns the defaults. */
    public static InspectionSchedule standard() {
        return new InspectionSchedule(Duration.ofDays(1), Duration.ofDays(7));
    }

    /** Returns the same with another longest time between two looks at the live path. */
    public InspectionSchedule placement(Duration longest) {
        return new InspectionSchedule(longest, content.compareTo(longest) < 0 ? longest : content);
    }

    /** Returns the same with another longest time between two comparisons of every file. */
    public InspectionSchedule content(Duration longest) {
        return new InspectionSchedule(placement, longest);
    }
}
