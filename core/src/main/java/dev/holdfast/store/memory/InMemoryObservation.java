package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.store.InspectionStore;
import java.time.Instant;
import java.util.Optional;

/** What was last seen of an install, and who looks. */
final class InMemoryObservation {

    Condition condition = Condition.INTACT;
    String detail = "";
    Instant since;
    Instant lookedAt;
    Instant verifiedAt;
    Instant dueAt;
    int failures;
    Optional<String> lastError = Optional.empty();

    /** The claim that holds it; 0 for none. */
    long token;

    InMemoryObservation(Instant delivered) {
        this.since = delivered;
        this.lookedAt = delivered;
        this.verifiedAt = delivered;
        this.dueAt = delivered.plus(InspectionStore.FIRST);
    }

    Observation of(InstallKey key) {
        return new Observation(key, condition, detail, since, lookedAt, verifiedAt, dueAt, failures, lastError);
    }
}
