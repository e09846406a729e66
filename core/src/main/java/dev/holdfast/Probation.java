package dev.holdfast;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/**
 * How an update proves itself: so many looks of the {@link dev.holdfast.spi.HealthProbe} in a row must pass within a
 * time.
 *
 * @param passes how many looks in a row, from 1 to 100; default 3
 * @param every how long after one look the next one follows, and how long one may take; default 10 seconds
 * @param within from the reload to the last look, longer than {@code every}; default 2 minutes
 */
public record Probation(int passes, Duration every, Duration within) {

    private static final int MOST_PASSES = 100;

    /** Refuses what can never be passed. */
    public Probation {
        if (passes < 1 || passes > MOST_PASSES) {
            throw PermanentException.invalid("probation", Integer.toString(passes), "ask for 1 to 100 passes");
        }
        if (every.isZero() || every.isNegative() || within.compareTo(every.multipliedBy(passes - 1L)) <= 0) {
            throw PermanentException.invalid(
                    "probation", passes + " passes every " + every + " within " + within, "give time for all passes");
        }
    }

    /** Returns the default. */
    public static Probation standard() {
        return new Probation(3, Duration.ofSeconds(10), Duration.ofMinutes(2));
    }
}
