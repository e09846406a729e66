package dev.holdfast.spi.container;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.internal.Text;
import dev.holdfast.spi.store.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The durable table of containers. Rows are made by whoever sees a container first: the reconciler, or the host.
 *
 * <p>Every write is a compare-and-set or an insert, and each method is one transaction. Times are measured by the
 * store's own clock. Safe for use by several threads and, for durable stores, several processes. Methods throw
 * {@link TransientException} or {@link PermanentException} with {@link Reason#STORE} when the store fails; then nothing
 * of the call was written, or, if the connection broke while committing, it is unknown. Prove an implementation by
 * extending {@code ContainerIndexContract} from {@code holdfast-testkit}.
 */
public interface ContainerIndex {

    /** Returns all rows of one machine, in one statement, ordered by key. */
    Snapshot read(String host);

    /**
     * Writes what a look found, in one statement, whatever the number of changes; none of them, if there is none. Each
     * is written if its row is still as it was read, and left out otherwise: somebody newer has written it.
     *
     * @param changes each key at most once
     * @return the rows that were written, as they now stand, ordered by key; dropped ones are not among them
     */
    List<IndexedContainer> write(List<RowChange> changes);

    /**
     * Makes the host's own row for a container that it is about to start or has started, or takes an existing row of
     * this key over. Of a row that has this container already, only {@code hostData} is written. Rows of the same
     * container that the reconciler made under another key are dropped.
     *
     * @param hostData whatever the host wants to find again; never read here; at most 10,000 characters
     * @throws PermanentException with {@link Reason#CONFLICT} if another row that the host made has this container
     */
    IndexedContainer register(ContainerKey key, String kind, ContainerFacts facts, String hostData);

    /**
     * Remembers that somebody is about to stop a container, so that its end by exit code 137 or 143 is no failure. A
     * runtime's events say so too, but may be lost.
     *
     * @return false if no row of that machine has the container
     */
    boolean expectStop(String host, String containerId);

    /**
     * Drops all rows of a workload that no longer exists, on all machines.
     *
     * @return how many
     */
    int forget(WorkloadId workload);

    /** Lists rows, ordered by key. */
    Page<IndexedContainer> list(ContainerQuery query, Page.Request page);

    /**
     * Refuses what {@link #register} does not take as {@code hostData}, for writers of stores.
     *
     * @throws PermanentException if it is longer than 10,000 characters, or holds control characters other than tabs
     *     and line ends
     */
    static void checkHostData(String hostData) {
        if (hostData.length() > 10_000 || !Text.clean(hostData.replaceAll("[\\t\\r\\n]", ""))) {
            throw PermanentException.invalid(
                    "host data", hostData, "use at most 10,000 characters, no control characters but line ends");
        }
    }

    /**
     * The rows of one machine.
     *
     * @param rows ordered by key
     * @param at when they were read, by the store's clock
     */
    record Snapshot(List<IndexedContainer> rows, Instant at) {
        /** Copies the list. */
        public Snapshot {
            rows = List.copyOf(rows);
        }
    }

    /** What a look found about one row. */
    sealed interface RowChange {

        /** Returns which row. */
        ContainerKey key();

        /** Returns the version that the row must have; 0 if there must be none. */
        long expected();

        /**
         * The container of this row exists.
         *
         * @param key which row
         * @param expected the version it was read with; 0 makes it
         * @param kind the workload's kind
         * @param facts all that is written of an existing row, beside {@code stopRequested}
         * @param stopRequested whether somebody asked for it to end
         */
        record Seen(ContainerKey key, long expected, String kind, ContainerFacts facts, boolean stopRequested)
                implements RowChange {
            /** Refuses the state that says that it does not exist. */
            public Seen {
                kind = Workload.kind(kind);
                if (facts.state() == ContainerState.MISSING) {
                    throw PermanentException.invalid("state of a container that was seen", "MISSING", "use Missing");
                }
            }
        }

        /**
         * The container of this row does not exist any more. The rest of the row stays.
         *
         * @param key which row
         * @param expected the version it was read with
         * @param lastSeen when it was last in a listing, by the store's clock, if that is known
         */
        record Missing(ContainerKey key, long expected, Optional<Instant> lastSeen) implements RowChange {}

        /**
         * This row is not needed: its container has moved to another row, or it has been missing for long. A row that
         * the host made stays.
         *
         * @param key which row
         * @param expected the version it was read with
         */
        record Dropped(ContainerKey key, long expected) implements RowChange {}
    }

    /**
     * Which rows.
     *
     * @param workload of this workload only
     * @param host on this machine only
     * @param containerId of this container only
     * @param states in one of these states; empty means any
     */
    record ContainerQuery(
            Optional<WorkloadId> workload,
            Optional<String> host,
            Optional<String> containerId,
            Set<ContainerState> states) {

        /** Copies the set. */
        public ContainerQuery {
            states = Set.copyOf(states);
        }

        /** Returns the query for all rows. */
        public static ContainerQuery all() {
            return new ContainerQuery(Optional.empty(), Optional.empty(), Optional.empty(), Set.of());
        }

        /** Returns the query for all rows of a workload. */
        public static ContainerQuery of(WorkloadId workload) {
            return new ContainerQuery(Optional.of(workload), Optional.empty(), Optional.empty(), Set.of());
        }

        /** Returns the query for the rows of a container; there is one, unless a look is under way. */
        public static ContainerQuery container(String host, String containerId) {
            return new ContainerQuery(Optional.empty(), Optional.of(host), Optional.of(containerId), Set.of());
        }

        /** Returns the same for rows in one of these states. */
        public ContainerQuery in(Set<ContainerState> wanted) {
            return new ContainerQuery(workload, host, containerId, wanted);
        }
    }
}
