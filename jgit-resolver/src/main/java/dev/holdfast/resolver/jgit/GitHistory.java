package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.source.SourceHistory.Commit;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Reads how one commit came from another. Commits are fetched without their trees, a bounded number back, into a cache
 * of their own, so that they never mix with the trees that are delivered.
 */
final class GitHistory {

    private static final int LONGEST_TEXT = 200;

    private final GitCache cache;
    private final GitRemote.Opener remotes;

    GitHistory(GitCache cache, GitRemote.Opener remotes) {
        this.cache = cache;
        this.remotes = remotes;
    }

    /** What is asked. */
    record Question(GitLocation location, ObjectId from, ObjectId to, int max) {}

    /** Asks the server. */
    History ask(Question question, Deadline deadline) throws IOException {
        try (CachedRepository use = cache.use(question.location(), deadline)) {
            History[] answer = new History[1];
            use.fetching(deadline, () -> {
                use.clean();
                try (GitRemote remote = remotes.open(question.location(), deadline)) {
                    remote.fetch(use.repository(), List.of(question.to()), GitRemote.Part.HISTORY);
                } catch (HoldfastException e) {
                    if (e.reason() != dev.holdfast.spi.Reason.PROTOCOL) {
                        throw e;
                    }
                    answer[0] = History.unknown();
                    return;
                }
                answer[0] = read(use.repository(), question);
            });
            cache.grown(use);
            return answer[0];
        }
    }

    /** Looks in a repository that holds the newer commit and what came before it, perhaps not all of that. */
    static History read(Repository repository, Question question) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit to = walk.parseCommit(question.to());
            Relation relation = relation(repository, walk, question);
            walk.reset();
            walk.sort(RevSort.COMMIT_TIME_DESC);
            walk.markStart(to);
            if (relation == Relation.DESCENDANT) {
                walk.markUninteresting(walk.parseCommit(question.from()));
            }
            List<Commit> commits = new ArrayList<>();
            for (RevCommit commit = walk.next();
                    commit != null && commits.size() < question.max();
                    commit = walk.next()) {
                commits.add(commit(commit));
            }
            return new History(relation, commits);
        }
    }

    private static Relation relation(Repository repository, RevWalk walk, Question question) throws IOException {
        boolean cutShort = !repository.getObjectDatabase().getShallowCommits().isEmpty();
        try {
            RevCommit from = walk.parseCommit(question.from());
            if (walk.isMergedInto(from, walk.parseCommit(question.to()))) {
                return Relation.DESCENDANT;
            }
        } catch (MissingObjectException e) {
            // Not among what the newer one came from, or further back than was fetched.
        }
        return cutShort ? Relation.UNKNOWN : Relation.REWRITTEN;
    }

    private static Commit commit(RevCommit commit) {
        PersonIdent author = commit.getAuthorIdent();
        return new Commit(
                Revision.of(commit.name()),
                shown(author.getName()),
                author.getWhenAsInstant(),
                shown(commit.getShortMessage()));
    }

    private static String shown(String text) {
        String head = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text;
        return Failures.shown(head);
    }
}
