package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * Something did not work. There are exactly two kinds, told apart by what to do next: {@link TransientException} (try
 * again later) and {@link PermanentException} (a person must act).
 *
 * <p>The message says what was tried, on what, and what to do; it never holds a secret. {@link #reason()} is for
 * machines.
 */
public abstract sealed class HoldfastException extends RuntimeException permits TransientException, PermanentException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    HoldfastException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns why, for machines. */
    public final Reason reason() {
        return reason;
    }
}
