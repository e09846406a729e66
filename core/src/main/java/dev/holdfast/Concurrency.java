package dev.holdfast;

import dev.holdfast.spi.PermanentException;

/**
 * How many upstreams one sweep asks at one time.
 *
 * @param overall in all, from 1 to 64; default 16
 * @param perHost of one host, from 1 to {@code overall}; default 8
 */
public record Concurrency(int overall, int perHost) {

    private static final int MOST = 64;

    /** Refuses what is out of bounds. */
    public Concurrency {
        if (overall < 1 || overall > MOST || perHost < 1 || perHost > overall) {
            throw PermanentException.invalid(
                    "concurrency",
                    overall + ", " + perHost + " per host",
                    "give 1 to 64, and no more per host than overall");
        }
    }

    /** Returns the default. */
    public static Concurrency standard() {
        return new Concurrency(16, 8);
    }
}
