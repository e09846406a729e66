package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.GitObject;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Brings the commit and the annotated tag themselves, without any tree: about a kilobyte. They lie in the cache of
 * histories; where a server cannot leave out files, in the cache of trees, which an install fills anyway.
 */
final class GitEvidence {

    private static final int LONGEST = 1024 * 1024;

    private final GitCache light;
    private final GitCache whole;
    private final GitRemote.Opener remotes;

    GitEvidence(GitCache light, GitCache whole, GitRemote.Opener remotes) {
        this.light = light;
        this.whole = whole;
        this.remotes = remotes;
    }

    /** What is asked; the tag is where its name stands now, the commit itself for a plain tag. */
    record Question(GitLocation location, ObjectId commit, Optional<ObjectId> tag) {

        static Question of(GitLocation location, ObjectId commit, Collection<Ref> found, String ref) {
            return new Question(
                    location,
                    commit,
                    found.stream()
                            .filter(each -> each.getName().equals(ref))
                            .map(Ref::getObjectId)
                            .findFirst());
        }

        private Set<ObjectId> wanted() {
            Set<ObjectId> wanted = new HashSet<>(Set.of(commit));
            tag.ifPresent(wanted::add);
            return wanted;
        }
    }

    /** Asks the server for what is not here yet. */
    Evidence ask(Question question, Deadline deadline) throws IOException {
        try {
            return from(light, GitRemote.Part.EVIDENCE, question, deadline);
        } catch (PermanentException e) {
            if (e.reason() != Reason.PROTOCOL) {
                throw e;
            }
            return from(whole, GitRemote.Part.TREE, question, deadline);
        }
    }

    private Evidence from(GitCache cache, GitRemote.Part part, Question question, Deadline deadline)
            throws IOException {
        try (CachedRepository use = cache.use(question.location(), deadline)) {
            if (!isHeld(use.repository(), question)) {
                use.fetching(deadline, () -> {
                    use.clean();
                    try (GitRemote remote = remotes.open(question.location(), deadline)) {
                        remote.fetch(use.repository(), question.wanted(), part);
                    }
                });
                cache.grown(use);
            }
            return read(use.repository(), question);
        }
    }

    private static boolean isHeld(Repository repository, Question question) throws IOException {
        try (ObjectReader reader = repository.newObjectReader()) {
            for (ObjectId id : question.wanted()) {
                if (!reader.has(id)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads it in a repository that holds both. */
    static Evidence read(Repository repository, Question question) throws IOException {
        try (ObjectReader reader = repository.newObjectReader()) {
            Optional<GitObject> commit = object(question, reader, question.commit());
            if (commit.filter(found -> found.kind() == GitObject.Kind.COMMIT).isEmpty()) {
                throw Failures.revisionNotFound(question.location(), "it has that object, which is no commit");
            }
            Optional<GitObject> tag = question.tag().isEmpty()
                    ? Optional.empty()
                    : object(question, reader, question.tag().get());
            return new Evidence(commit, tag.filter(found -> found.kind() == GitObject.Kind.TAG));
        }
    }

    private static Optional<GitObject> object(Question question, ObjectReader reader, ObjectId id) throws IOException {
        ObjectLoader loader = reader.open(id);
        if (loader.getSize() > LONGEST) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    question.location() + " has a commit or tag of " + loader.getSize() + " bytes, and " + LONGEST
                            + " are the most; its text is no place for files");
        }
        return switch (loader.getType()) {
            case Constants.OBJ_COMMIT -> Optional.of(GitObject.commit(loader.getCachedBytes(LONGEST)));
            case Constants.OBJ_TAG -> Optional.of(GitObject.tag(loader.getCachedBytes(LONGEST)));
            default -> Optional.empty();
        };
    }

    /** Asks for the history of a commit and returns its first commits; empty where it is longer than is looked at. */
    Set<Revision> askRoots(GitLocation location, ObjectId commit, Deadline deadline) throws IOException {
        try (CachedRepository use = light.use(location, deadline)) {
            Set<Revision> roots = new HashSet<>();
            use.fetching(deadline, () -> {
                use.clean();
                try (GitRemote remote = remotes.open(location, deadline)) {
                    remote.fetch(use.repository(), List.of(commit), GitRemote.Part.HISTORY);
                    roots.addAll(roots(use.repository(), commit, deadline));
                } catch (HoldfastException e) {
                    if (e.reason() != Reason.PROTOCOL) {
                        throw e;
                    }
                }
            });
            light.grown(use);
            return roots;
        }
    }

    /** Reads them in a repository that holds the history, or the newest part of it. */
    static Set<Revision> roots(Repository repository, ObjectId commit, Deadline deadline) throws IOException {
        Set<Revision> roots = new HashSet<>();
        if (!repository.getObjectDatabase().getShallowCommits().isEmpty()) {
            return roots;
        }
        try (RevWalk walk = new RevWalk(repository)) {
            walk.setRetainBody(false);
            walk.markStart(walk.parseCommit(commit));
            for (RevCommit each = walk.next(); each != null; each = walk.next()) {
                deadline.check("reading a history");
                if (each.getParentCount() == 0) {
                    roots.add(Revision.of(each.name()));
                }
            }
        }
        return roots;
    }
}
