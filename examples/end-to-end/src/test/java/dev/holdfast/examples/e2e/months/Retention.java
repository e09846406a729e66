package dev.holdfast.examples.e2e.months;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every node forgets old history once a day; what is left of it is what decides something. */
final class Retention {

    /** Little more than the longest grace. */
    static final Duration OF = Duration.ofDays(35);
    /**
     * Of each good revision that is remembered, of what is live, and of what was replaced: what made it live, and its
     * delivery.
     */
    private static final int MOST_OLD_OPERATIONS = 2 * (Fleet.KEEP + 2 + 1 + 1);

    private static final Set<UpdateStatus> DECIDING =
            EnumSet.of(UpdateStatus.PENDING, UpdateStatus.APPLYING, UpdateStatus.DISMISSED, UpdateStatus.FAILED);

    private final Fleet fleet;

    Retention(Fleet fleet) {
        this.fleet = fleet;
    }

    void prune() {
        fleet.nodes().forEach(node -> node.run(holdfast -> fleet.tally().count("rows pruned", holdfast.prune(OF))));
    }

    /** When some node has just pruned. */
    void isKept() {
        Instant old = fleet.clock().instant().minus(OF);
        Tables tables = new Tables(fleet.store());
        assertThat(tables.oldest())
                .as("the oldest entry of the audit")
                .hasValueSatisfying(entry -> assertThat(entry.at()).isAfterOrEqualTo(old));
        assertThat(tables.updates())
                .filteredOn(update -> update.changedAt().isBefore(old))
                .as("updates that nobody decides by any more")
                .extracting(Update::status)
                .isSubsetOf(DECIDING);
        fleet.keys()
                .forEach(key -> assertThat(closedBefore(key, old))
                        .as("old operations of %s", key)
                        .hasSizeLessThanOrEqualTo(MOST_OLD_OPERATIONS));
    }

    private List<Operation> closedBefore(InstallKey key, Instant old) {
        return fleet.operations(key).stream()
                .filter(operation -> operation.outcome().isPresent())
                .filter(operation -> operation.openedAt().isBefore(old))
                .toList();
    }
}
