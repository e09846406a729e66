package dev.holdfast.admin;

import dev.holdfast.Explanation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why nothing happens to an install, in JSON. */
record ExplanationView(
        String code,
        String text,
        @Nullable String next,
        @Nullable Long update) {

    static ExplanationView of(Explanation explanation) {
        return new ExplanationView(
                Words.of(explanation.code()),
                explanation.text(),
                explanation.next().map(Instant::toString).orElse(null),
                explanation.update().isPresent() ? explanation.update().getAsLong() : null);
    }
}
