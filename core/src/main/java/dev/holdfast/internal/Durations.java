package dev.holdfast.internal;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/** Rules for durations that a host sets: one out of bounds is refused, never replaced by another. */
public final class Durations {

    /** Shortest time between two rounds of a loop. */
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    private Durations() {}

    /** Returns {@code value} if it is at least a second. */
    public static Duration checkedInterval(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0) {
            throw PermanentException.invalid("interval " + name, value.toString(), "give at least 1 second");
        }
        return value;
    }

    /** Returns {@code value} if it is at least a second and at most {@code longest}. */
    public static Duration checkedInterval(String name, Duration value, Duration longest) {
        if (checkedInterval(name, value).compareTo(longest) > 0) {
            throw PermanentException.invalid(
                    "interval " + name, value.toString(), "give 1 second to " + longest.toSeconds() + " seconds");
        }
        return value;
    }

    /** Refuses {@code longer} if it is shorter than {@code shorter}. */
    public static void atLeast(String longer, Duration than, String shorter, Duration what, String why) {
        if (than.compareTo(what) < 0) {
            throw PermanentException.invalid(
                    "timings " + longer + " and " + shorter,
                    longer + " " + than + ", " + shorter + " " + what,
                    "make " + longer + " at least as long as " + shorter + ": " + why);
        }
    }

    /** Refuses a duration that is zero or negative. */
    public static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw PermanentException.invalid("timing " + name, value.toString(), "give a positive duration");
        }
    }
}
