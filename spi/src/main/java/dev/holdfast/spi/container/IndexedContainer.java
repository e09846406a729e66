package dev.holdfast.spi.container;

import java.time.Instant;
import java.util.Optional;

/**
 * One row of the index.
 *
 * @param key which container of which workload
 * @param kind the workload's kind
 * @param facts what the engine said
 * @param stopRequested whether somebody asked for it to end since it was last started
 * @param hostData what the host keeps in a row that it made itself by {@link ContainerIndex#register}; empty in all
 *     others
 * @param version another after every write; what a conditional write compares
 * @param seenAt when it was last written as seen, or, of a missing one, last seen; an upper bound for its age, because
 *     a look that finds nothing new writes nothing
 * @param changedAt when it was last written
 */
public record IndexedContainer(
        ContainerKey key,
        String kind,
        ContainerFacts facts,
        boolean stopRequested,
        Optional<String> hostData,
        long version,
        Instant seenAt,
        Instant changedAt) {

    /** Refuses kinds as {@link Workload} does. */
    public IndexedContainer {
        kind = Workload.kind(kind);
    }

    /** Returns whether the host made the row; such a one is never dropped by the reconciler. */
    public boolean registered() {
        return hostData.isPresent();
    }

    /** Returns whether the engine does not have it. */
    public boolean missing() {
        return facts.state() == ContainerState.MISSING;
    }
}
