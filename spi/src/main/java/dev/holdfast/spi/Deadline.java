package dev.holdfast.spi;

import java.time.Duration;

/**
 * The moment after which nobody waits any more. Measured by the monotonic clock of this JVM, so a wall clock that is
 * set back or forward does not change it.
 */
public final class Deadline {

    private static final Duration LONGEST = Duration.ofDays(365);

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns the deadline that passes {@code duration} from now; more than a year counts as a year. */
    public static Deadline after(Duration duration) {
        Duration bounded = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
        return new Deadline(System.nanoTime() + bounded.toNanos());
    }

    /** Returns the time left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** Returns whether the moment has passed. */
    public boolean hasPassed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /** Returns whichever comes first: this, or {@code duration} from now. */
    public Deadline atMost(Duration duration) {
        Deadline other = after(duration);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }

    /**
     * Does nothing before the deadline.
     *
     * @param what what was being done, for the message
     * @throws TransientException with {@link Reason#TIMEOUT} after it
     */
    public void check(String what) {
        if (hasPassed()) {
            throw timeout(what);
        }
    }

    /** Returns the exception that says {@code what} did not end in time. */
    public TransientException timeout(String what) {
        return new TransientException(
                Reason.TIMEOUT, what + " did not end in time; try again, or allow more time if the work is large");
    }

    @Override
    public String toString() {
        return remaining() + " left";
    }
}
