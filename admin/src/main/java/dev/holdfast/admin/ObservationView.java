package dev.holdfast.admin;

import dev.holdfast.spi.Observation;
import org.jspecify.annotations.Nullable;

/** What was last seen of an install on its target, in JSON. */
record ObservationView(
        String workspace,
        String plugin,
        String condition,
        String detail,
        String since,
        String lookedAt,
        String verifiedAt,
        String dueAt,
        int failures,
        @Nullable String lastError) {

    static ObservationView of(Observation seen) {
        return new ObservationView(
                seen.key().workspace().value(),
                seen.key().plugin().value(),
                Words.of(seen.condition()),
                seen.detail(),
                seen.since().toString(),
                seen.lookedAt().toString(),
                seen.verifiedAt().toString(),
                seen.dueAt().toString(),
                seen.failures(),
                seen.lastError().orElse(null));
    }
}
