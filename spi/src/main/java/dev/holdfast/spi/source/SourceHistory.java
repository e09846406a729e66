package dev.holdfast.spi.source;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import java.time.Instant;
import java.util.List;

/**
 * Tells what lies between two revisions of an upstream. A {@link SourceResolver} whose sources have a history
 * implements this too; without it Holdfast tells revisions apart, and not which of them came first.
 *
 * <p>Asked only where something has moved: by a sweep for branches and versions, and when an operator looks at an
 * update.
 */
public interface SourceHistory {

    /**
     * Returns how {@code to} came from {@code from}. Looks back a bounded way: where that does not reach {@code from},
     * the relation is {@link Relation#UNKNOWN}.
     *
     * @param max how many commits to return at most, from 1 to 500
     * @throws TransientException if it could not be asked now
     * @throws PermanentException with {@link Reason#REVISION_NOT_FOUND} if there is no {@code to}
     */
    History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline);

    /** How one revision is related to an earlier one. */
    enum Relation {
        /** It has the earlier one among its ancestors. */
        DESCENDANT,
        /** It has not: the ref was set back, or its history was written anew. */
        REWRITTEN,
        /** Nobody looked far enough to tell. */
        UNKNOWN
    }

    /**
     * What lies between two revisions.
     *
     * @param relation how the newer is related to the older
     * @param commits what the newer has and the older has not, newest first; where that is not known, the newest
     */
    record History(Relation relation, List<Commit> commits) {

        /** Copies the list. */
        public History {
            commits = List.copyOf(commits);
        }

        /** Returns that nothing is known. */
        public static History unknown() {
            return new History(Relation.UNKNOWN, List.of());
        }
    }

    /**
     * One commit, as its author describes it: the text is the author's own, for people to read and nothing else.
     *
     * @param revision its id
     * @param author who wrote it
     * @param at when, by the author's word
     * @param subject its first line, without control characters
     */
    record Commit(Revision revision, String author, Instant at, String subject) {}
}
