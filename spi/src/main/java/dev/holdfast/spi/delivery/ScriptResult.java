package dev.holdfast.spi.delivery;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;

/** How a {@link FileScript} ended. An outcome that is not known is no result but a {@link TransientException}. */
public sealed interface ScriptResult {

    /** All steps took effect. */
    record Completed() implements ScriptResult {}

    /**
     * The steps before this one took effect, this one failed, and none after it was tried.
     *
     * @param step index into {@link FileScript#steps()}
     * @param reason {@link Reason#NO_SPACE}, {@link Reason#TARGET_READ_ONLY} or {@link Reason#TARGET_FAILED}
     * @param message what the target said, for people
     */
    record Failed(int step, Reason reason, String message) implements ScriptResult {}
}
