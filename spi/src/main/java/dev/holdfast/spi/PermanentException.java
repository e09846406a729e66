package dev.holdfast.spi;

import dev.holdfast.spi.internal.Shown;
import org.jspecify.annotations.Nullable;

/** Trying again will not help: a person must change the request, the source, the target or the settings. */
public final class PermanentException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, on what, and what to do; never a secret
     */
    public PermanentException(Reason reason, String message) {
        super(reason, message, null);
    }

    /** As {@link #PermanentException(Reason, String)}, with the cause. */
    public PermanentException(Reason reason, String message, @Nullable Throwable cause) {
        super(reason, message, cause);
    }

    /** Returns the refusal of a value that breaks its grammar, in one shape for all values. */
    public static PermanentException invalid(String what, String value, String rule) {
        return new PermanentException(Reason.INVALID_VALUE, what + " '" + Shown.text(value) + "' is refused: " + rule);
    }
}
