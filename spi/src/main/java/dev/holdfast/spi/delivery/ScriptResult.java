package dev.holdfast.spi.delivery;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.List;
import java.util.Optional;

/** How a {@link FileScript} ended. An outcome that is not known is no result but a {@link TransientException}. */
public sealed interface ScriptResult {

    /**
     * All steps took effect.
     *
     * @param answers of the steps that ask something, in their order
     */
    record Completed(List<Answer> answers) implements ScriptResult {

        /** Copies the list. */
        public Completed {
            answers = List.copyOf(answers);
        }

        /** Nothing was asked. */
        public Completed() {
            this(List.of());
        }
    }

    /** What a step that asks found. */
    sealed interface Answer {

        /**
         * The answer to {@link FileStep.SurveyFiles}.
         *
         * @param files what was found, in no particular order; empty if this target cannot tell
         */
        record Files(Optional<List<FileFacts>> files) implements Answer {}

        /**
         * The answer to {@link FileStep.ReadLink}.
         *
         * @param target what the link points to, as stored; empty if no link stands there
         */
        record Link(Optional<String> target) implements Answer {}

        /**
         * The answer to {@link FileStep.ReadText}.
         *
         * @param text the content, taken for UTF-8; empty if there is no such file, if it may not be read, or if it is
         *     larger
         */
        record Text(Optional<String> text) implements Answer {}
    }

    /**
     * The steps before this one took effect, this one failed, and none after it was tried.
     *
     * @param step index into {@link FileScript#steps()}
     * @param reason {@link Reason#NO_SPACE}, {@link Reason#TARGET_READ_ONLY} or {@link Reason#TARGET_FAILED}
     * @param message what the target said, for people
     */
    record Failed(int step, Reason reason, String message) implements ScriptResult {}
}
