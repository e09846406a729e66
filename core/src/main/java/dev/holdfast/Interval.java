package dev.holdfast;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/** The one rule for the time between two rounds of a loop: it is refused out of bounds, never replaced by another. */
final class Interval {

    static final Duration SHORTEST = Duration.ofSeconds(1);

    private Interval() {}

    /** Returns {@code value} if it is at least a second. */
    static Duration checked(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0) {
            throw PermanentException.invalid("interval " + name, value.toString(), "give at least 1 second");
        }
        return value;
    }

    /** Returns {@code value} if it is at least a second and at most {@code longest}. */
    static Duration checked(String name, Duration value, Duration longest) {
        if (checked(name, value).compareTo(longest) > 0) {
            throw PermanentException.invalid(
                    "interval " + name, value.toString(), "give 1 second to " + longest.toSeconds() + " seconds");
        }
        return value;
    }
}
