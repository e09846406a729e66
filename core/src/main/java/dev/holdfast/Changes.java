package dev.holdfast;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.store.OperationHistory;
import java.util.List;
import java.util.stream.Stream;

/** The operations that changed what is live at one destination. */
record Changes(OperationHistory history, Destination destination) {

    private static final int AT_A_TIME = 100;

    /** Streams them, newest first, and reads on only as far as it is asked to. */
    Stream<Operation> newestFirst() {
        return before(Long.MAX_VALUE);
    }

    /** Streams those with a lower id, newest first. */
    Stream<Operation> before(long id) {
        return Stream.iterate(page(id), page -> !page.isEmpty(), this::next).flatMap(List::stream);
    }

    private List<Operation> next(List<Operation> page) {
        return page.size() < AT_A_TIME
                ? List.of()
                : page(page.get(page.size() - 1).id());
    }

    private List<Operation> page(long before) {
        return history.changes(destination, before, AT_A_TIME);
    }
}
