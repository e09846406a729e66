package dev.holdfast.spi;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The same call may work later: a host is down, a daemon restarts, a limit on requests was met, a deadline passed. */
public final class TransientException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    @Nullable private final Duration retryAfter;

    /**
     * Creates the exception.
     *
     * @param message what was tried, on what, and what to do; never a secret
     */
    public TransientException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** As {@link #TransientException(Reason, String)}, with the cause. */
    public TransientException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, message, cause, null);
    }

    /**
     * As {@link #TransientException(Reason, String)}, with the earliest time at which the other side wants to be asked
     * again.
     */
    public TransientException(Reason reason, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(reason, message, cause);
        this.retryAfter = retryAfter;
    }

    /** Returns how long the other side asked to be left alone, from now; empty if it did not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
