package dev.holdfast.spi.store;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Stamp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the journal by what a decision needs to know. Each answer depends on the operations that it is about, and on no
 * number of others: failed attempts, collections, other installs and other nodes change none of them. {@link #prune}
 * forgets only what no decision needs.
 */
public interface OperationHistory {

    /** Returns one operation, open or closed. */
    Optional<Operation> find(long id);

    /** Returns the newest operation of an install, open or closed. */
    Optional<Operation> newest(InstallKey key);

    /**
     * Returns the operation that a release was made for: the oldest of the install whose goal has that stamp. Later
     * ones made a release live again that was on the target already.
     */
    Optional<Operation> delivery(InstallKey key, Stamp stamp);

    /**
     * Lists the operations that changed what is live at a destination, whichever workspace they belong to, newest
     * (highest id) first: those that came as far as {@link Operation.Phase#RECORDED}, open or closed, however they
     * ended.
     *
     * @param before only operations with a lower id; {@link Long#MAX_VALUE} for all
     * @param max from 1 to 500; a caller that needs more asks again with the lowest id of the answer
     */
    List<Operation> changes(Destination destination, long before, int max);

    /**
     * Lists the operations of one install, open and closed, newest (highest id) first: for people. What must be known
     * is asked for by the other methods.
     */
    Page<Operation> list(InstallKey key, Page.Request page);

    /**
     * Forgets old history, some of it in one transaction: audit entries, closed operations and closed updates. Any
     * number of nodes may do so at once. What decides something stays, however old it is:
     *
     * <ul>
     *   <li>of each install the operations that made its release, and its last {@code revisions} good revisions, live,
     *       and those that these releases were made for;
     *   <li>of each destination the operation whose release was replaced, or removed, within that time: its readers may
     *       still be there;
     *   <li>updates of installed plugins that were dismissed, or have failed and would change what is installed;
     *       updates of images to the digest at which their tag stands.
     * </ul>
     *
     * <p>Once the audit is sealed, only sealed entries go, the oldest first and with their seals, so that what is kept
     * is one unbroken end of the chain.
     *
     * @param pruning what is old, and where the last call ended
     */
    Pruned prune(Pruning pruning);

    /**
     * What {@link #prune} is to forget in one call.
     *
     * @param olderThan by the store's clock, longer than zero
     * @param revisions how many good revisions an install can go back to
     * @param max how many rows to look at, from 1 to 10,000
     * @param after where the last call ended; empty for the first
     */
    record Pruning(Duration olderThan, int revisions, int max, Optional<String> after) {

        /** Returns what the first call is to forget. */
        public static Pruning first(Duration olderThan, int revisions, int max) {
            return new Pruning(olderThan, revisions, max, Optional.empty());
        }

        /** Returns what the next call is to forget, after one that ended there. */
        public Pruning after(String place) {
            return new Pruning(olderThan, revisions, max, Optional.of(place));
        }

        /**
         * Forgets all that is old, for callers that do not want to stop on the way.
         *
         * @return how many rows went
         */
        public long allIn(OperationHistory history) {
            Pruned part = history.prune(this);
            long rows = part.rows();
            while (part.next().isPresent() && !Thread.currentThread().isInterrupted()) {
                part = history.prune(after(part.next().get()));
                rows += part.rows();
            }
            return rows;
        }
    }

    /**
     * What one call of {@link #prune} did.
     *
     * @param rows how many rows went
     * @param next where the next call goes on; empty if all that is old was looked at
     */
    record Pruned(long rows, Optional<String> next) {}
}
