package dev.holdfast;

import dev.holdfast.spi.Operation;
import java.util.List;
import java.util.Optional;

/**
 * What became of the operations that nobody worked on any more.
 *
 * @param items one for each that was taken
 */
public record RecoveryReport(List<Item> items) {

    /** Copies the list. */
    public RecoveryReport {
        items = List.copyOf(items);
    }

    /**
     * One operation.
     *
     * @param operation as it was taken
     * @param outcome how it ended; empty if its target could not be reached, and it is tried again later
     * @param note why not, for people
     * @param reload what became of the workspace's reload
     */
    public record Item(
            Operation operation, Optional<Operation.Outcome> outcome, String note, ChangeReport.Reload reload) {}
}
