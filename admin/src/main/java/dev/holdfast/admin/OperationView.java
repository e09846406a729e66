package dev.holdfast.admin;

import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Revision;
import org.jspecify.annotations.Nullable;

/** A journaled change, in JSON. */
record OperationView(
        long id,
        String kind,
        @Nullable String from,
        @Nullable String to,
        @Nullable String version,
        String phase,
        @Nullable String outcome,
        String actor,
        String openedAt) {

    static OperationView of(Operation operation) {
        return new OperationView(
                operation.id(),
                Words.of(operation.kind()),
                operation.from().map(Revision::value).orElse(null),
                operation.goal().map(goal -> goal.revision().value()).orElse(null),
                operation.goal().flatMap(Operation.Goal::version).orElse(null),
                Words.of(operation.phase()),
                operation.outcome().map(Words::of).orElse(null),
                operation.actor(),
                operation.openedAt().toString());
    }
}
