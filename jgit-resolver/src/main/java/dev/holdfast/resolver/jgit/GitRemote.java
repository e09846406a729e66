package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.util.Collection;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/** One repository elsewhere, for the length of one question. Every failure is a {@code HoldfastException}. */
interface GitRemote extends AutoCloseable {

    /** How many commits back a history is read. */
    int HISTORY_DEPTH = 1000;

    /** Returns at least the refs whose names begin with one of {@code prefixes}, peeled; one query. */
    Collection<Ref> refs(Collection<String> prefixes);

    /**
     * Brings objects into {@code into}.
     *
     * @param wants commits, which come with all they need except history, or single blobs
     */
    void fetch(Repository into, Collection<ObjectId> wants, Part part);

    @Override
    void close();

    /** How much of what was wanted comes. */
    enum Part {
        /** One commit with its whole tree. */
        TREE,
        /** One commit with its directories only, or all of it where the server cannot leave out blobs. */
        DIRECTORIES,
        /** Exactly the objects named. */
        OBJECTS,
        /**
         * One commit and the {@link #HISTORY_DEPTH} before it, without directories; refused where the server cannot.
         */
        HISTORY,
        /** Commits and tags alone, without history or directories; refused where the server cannot. */
        EVIDENCE
    }

    /** Opens remotes. */
    interface Opener {
        GitRemote open(GitLocation location, Deadline deadline);
    }
}
