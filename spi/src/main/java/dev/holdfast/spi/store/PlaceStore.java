package dev.holdfast.spi.store;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.TargetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers where something of ours may still lie, and when somebody should look there.
 *
 * <p>A place is known from the first operation that is opened there. It becomes due whenever an operation ends there,
 * other than a collection: at once, or, if the look before failed and the operation too, when that look is tried again.
 * Who looks claims it, so that one node does, and says when it is due again. A place that waits for nothing is not due
 * at all.
 */
public interface PlaceStore {

    /** Lists the places, ordered by address, then plugin, each once, with the key of the newest operation there. */
    Page<Place> list(Page.Request page);

    /**
     * Claims places that are due, the longest due first; two callers never get the same one. A claim whose lease runs
     * out makes its place due again.
     *
     * @param max from 1 to 1000
     * @param lease how long before others may claim them
     */
    List<PlaceClaim> claimDue(String node, int max, Duration lease);

    /**
     * Notes how a look ended, and gives the claim back.
     *
     * @return false if the claim was lost
     */
    boolean settle(PlaceClaim claim, Look look);

    /**
     * Drops a place where nothing of ours is left.
     *
     * @return false if the claim was lost, or an operation ended there since; then the place stays
     */
    boolean end(PlaceClaim claim);

    /**
     * Returns what cannot be removed, and where.
     *
     * @param most how many places are listed
     */
    Troubles troubles(int most);

    /**
     * A destination and whose it was last.
     *
     * @param key the install key of the newest operation there
     * @param address the address
     */
    record Place(InstallKey key, TargetAddress address) {

        /** Returns what an operation there holds. */
        public Destination destination() {
            return new Destination(address, key.plugin());
        }
    }

    /**
     * The right to look at a place, until the lease runs out.
     *
     * @param place where
     * @param token the number of this claim
     * @param at when it was claimed, by the store's clock
     * @param failures how many looks in a row failed before
     * @param trouble what could not be removed the last time
     */
    record PlaceClaim(Place place, long token, Instant at, int failures, Optional<String> trouble) {}

    /** How a look at a place ended. */
    sealed interface Look {

        /**
         * All that could go is gone.
         *
         * @param next when the place is due again; empty if nothing is to be done until another operation ends there.
         *     One that ended since the claim makes it due at once
         */
        record Clean(Optional<Duration> next) implements Look {}

        /**
         * The place could not be looked at. What could not be removed before is still told.
         *
         * @param retryAfter when it is due again
         */
        record Failed(Duration retryAfter) implements Look {}

        /**
         * Something cannot be removed.
         *
         * @param trouble what, and why; at most 2000 characters are kept
         * @param retryAfter when it is due again
         */
        record Stuck(String trouble, Duration retryAfter) implements Look {}
    }

    /**
     * Places at which something cannot be removed.
     *
     * @param count how many
     * @param first what was noted of the first of them
     */
    record Troubles(long count, List<String> first) {

        /** Copies the list. */
        public Troubles {
            first = List.copyOf(first);
        }
    }
}
