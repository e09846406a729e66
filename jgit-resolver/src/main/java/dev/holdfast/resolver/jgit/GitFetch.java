package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;

/** Brings one commit's tree into the cache, with as little traffic as the server allows, and none if it is there. */
final class GitFetch {

    private final GitCache cache;
    private final GitRemote.Opener remotes;

    GitFetch(GitCache cache, GitRemote.Opener remotes) {
        this.cache = cache;
        this.remotes = remotes;
    }

    /** A tree and what holds it. */
    record Fetched(RepositoryUse use, GitTree tree) {}

    /** Returns the tree; a cached copy that turns out to be damaged is dropped and fetched again, once. */
    Fetched fetch(GitSource source, ObjectId commit, Deadline deadline) throws IOException {
        try {
            return once(source, commit, deadline);
        } catch (Damaged e) {
            return once(source, commit, deadline);
        }
    }

    private Fetched once(GitSource source, ObjectId commit, Deadline deadline) throws IOException {
        CachedRepository use = cache.use(source.location(), deadline);
        try {
            Optional<GitTree> held = held(use, source, commit, deadline);
            if (held.isPresent() && held.get().missing().isEmpty()) {
                return new Fetched(use, held.get());
            }
            use.fetching(deadline, () -> bring(use, source, commit, deadline));
            GitTree tree = held(use, source, commit, deadline)
                    .orElseThrow(() -> Failures.revisionNotFound(source.location(), "it did not send that commit"));
            if (!tree.missing().isEmpty()) {
                throw Failures.revisionNotFound(source.location(), "it did not send all of that commit's files");
            }
            cache.grown(use);
            return new Fetched(use, tree);
        } catch (IOException | RuntimeException | Error e) {
            use.close();
            throw e;
        }
    }

    /** Whoever waited for another's fetch of the same commit finds it here, and asks nobody. */
    private void bring(CachedRepository use, GitSource source, ObjectId commit, Deadline deadline) throws IOException {
        Optional<GitTree> held = held(use, source, commit, deadline);
        if (held.isPresent() && held.get().missing().isEmpty()) {
            return;
        }
        use.clean();
        boolean first =
                PackChecks.packs(use.repository().getDirectory().toPath()).isEmpty();
        try (GitRemote remote = remotes.open(source.location(), deadline)) {
            if (held.isEmpty()) {
                boolean whole = first && source.subdirectory().isEmpty();
                GitRemote.Part part = whole ? GitRemote.Part.TREE : GitRemote.Part.DIRECTORIES;
                remote.fetch(use.repository(), List.of(commit), part);
                held = held(use, source, commit, deadline);
            }
            List<ObjectId> missing = held.map(GitTree::missing).orElse(List.of());
            if (!missing.isEmpty()) {
                blobs(remote, use, commit, missing);
            }
        }
    }

    /** A server that gives no single files, or takes no list of so many, gives the whole commit. */
    private static void blobs(GitRemote remote, CachedRepository use, ObjectId commit, List<ObjectId> missing) {
        try {
            remote.fetch(use.repository(), missing, GitRemote.Part.OBJECTS);
        } catch (HoldfastException e) {
            if (!Failures.notOurs(e) && Failures.find(e, HttpStatus.RequestTooLarge.class) == null) {
                throw e;
            }
            remote.fetch(use.repository(), List.of(commit), GitRemote.Part.TREE);
        }
    }

    private static Optional<GitTree> held(CachedRepository use, GitSource source, ObjectId commit, Deadline deadline)
            throws IOException {
        try {
            return Optional.of(GitTree.find(use.repository(), source, commit, deadline));
        } catch (MissingObjectException e) {
            return Optional.empty();
        } catch (IOException e) {
            use.suspect();
            throw new Damaged(e);
        }
    }

    /** The cached copy cannot be read. */
    private static final class Damaged extends IOException {

        private static final long serialVersionUID = 1L;

        Damaged(IOException cause) {
            super(cause);
        }
    }
}
