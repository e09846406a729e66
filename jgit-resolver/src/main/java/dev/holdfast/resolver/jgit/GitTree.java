package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * The tree of one commit, or of a directory in it.
 *
 * @param id the tree's own id
 * @param missing the blobs it names that the repository does not hold
 */
record GitTree(ObjectId id, List<ObjectId> missing) {

    private static final ObjectChecker CHECKER =
            new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true);

    /**
     * Finds a tree and looks at every directory in it, each once however often it is named.
     *
     * @throws MissingObjectException if the commit or a directory is not held
     * @throws PermanentException if the commit is none, the subdirectory is not there, or git refuses a directory
     */
    static GitTree find(Repository repository, GitSource source, ObjectId commit, Deadline deadline)
            throws IOException {
        try (ObjectReader reader = repository.newObjectReader();
                RevWalk walk = new RevWalk(reader)) {
            RevCommit found = walk.parseCommit(commit);
            ObjectId root = below(reader, source, found);
            return new GitTree(root, missing(reader, source, root, deadline));
        } catch (IncorrectObjectTypeException e) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND,
                    source.location() + " has " + commit.name() + ", which is no commit but a tree or a file; tag or"
                            + " name a commit, or follow a range that leaves this version out");
        }
    }

    private static ObjectId below(ObjectReader reader, GitSource source, RevCommit commit) throws IOException {
        if (source.subdirectory().isEmpty()) {
            return commit.getTree().getId();
        }
        try (TreeWalk walk = TreeWalk.forPath(reader, source.subdirectory(), commit.getTree())) {
            if (walk == null || !FileMode.TREE.equals(walk.getRawMode(0))) {
                throw new PermanentException(
                        Reason.SOURCE_NOT_FOUND,
                        source.location() + " has no directory '" + source.subdirectory() + "' at "
                                + commit.name().substring(0, 12) + "; check the path");
            }
            return walk.getObjectId(0);
        }
    }

    private static List<ObjectId> missing(ObjectReader reader, GitSource source, ObjectId root, Deadline deadline)
            throws IOException {
        Set<ObjectId> seen = new HashSet<>(Set.of(root));
        Deque<ObjectId> trees = new ArrayDeque<>(seen);
        List<ObjectId> missing = new ArrayList<>();
        while (!trees.isEmpty()) {
            deadline.check("reading the tree of " + source.location());
            byte[] raw = reader.open(trees.remove(), Constants.OBJ_TREE).getCachedBytes(Integer.MAX_VALUE);
            check(source, raw);
            CanonicalTreeParser entries = new CanonicalTreeParser();
            for (entries.reset(raw); !entries.eof(); entries.next(1)) {
                ObjectId id = entries.getEntryObjectId();
                int type = entries.getEntryRawMode() & FileMode.TYPE_MASK;
                if (type == FileMode.TYPE_TREE && seen.add(id)) {
                    trees.add(id);
                } else if (type != FileMode.TYPE_TREE
                        && type != FileMode.TYPE_GITLINK
                        && seen.add(id)
                        && !reader.has(id)) {
                    missing.add(id);
                }
            }
        }
        return missing;
    }

    private static void check(GitSource source, byte[] raw) {
        try {
            CHECKER.checkTree(raw);
        } catch (CorruptObjectException e) {
            throw new PermanentException(
                    Reason.BUNDLE_REFUSED,
                    source.location() + " holds a directory that git itself refuses: "
                            + Failures.shown(String.valueOf(e.getMessage())) + "; mend the repository");
        }
    }
}
