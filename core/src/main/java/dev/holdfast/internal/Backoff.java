package dev.holdfast.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait after failures in a row: doubled with each, less a random part so that a crowd spreads out. */
public final class Backoff {

    private static final int MOST_DOUBLINGS = 16;

    private final Duration first;
    private final Duration longest;
    private int failures;

    public Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    public void reset() {
        failures = 0;
    }

    /** Counts one more failure and returns how long to wait. */
    public Duration failed() {
        return after(failures++, first, longest);
    }

    /** Returns how long to wait after so many failures before the newest. */
    public static Duration after(int failures, Duration first, Duration longest) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        long millis = (doubled.compareTo(longest) < 0 ? doubled : longest).toMillis();
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    }
}
