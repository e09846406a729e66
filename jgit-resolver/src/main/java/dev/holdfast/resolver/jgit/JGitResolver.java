package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.util.SystemReader;

/**
 * Answers for sources in git repositories, through JGit.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><th>scheme</th><th>form</th></tr>
 * <tr><td>{@code github}</td><td>{@code github://owner/repo[/sub]}</td></tr>
 * <tr><td>{@code gitea}</td><td>{@code gitea://host/owner/repo[/sub]}, also Forgejo and Gogs</td></tr>
 * <tr><td>{@code gitlab}</td><td>{@code gitlab://host/group/.../repo[//sub]}</td></tr>
 * <tr><td>{@code git+https}</td><td>{@code git+https://host/path.git[//sub]}</td></tr>
 * <tr><td>{@code git+http}</td><td>the same, only for hosts named to {@link JGitResolverBuilder#allowHttp}</td></tr>
 * <tr><td>{@code git+ssh}</td><td>{@code git+ssh://user@host/path.git[//sub]}, only after
 *     {@link JGitResolverBuilder#knownHosts}</td></tr>
 * <tr><td>{@code git}</td><td>{@code git://host/path.git[//sub]}, only for hosts named to
 *     {@link JGitResolverBuilder#allowGitProtocol}</td></tr>
 * <tr><td>{@code git+file}</td><td>{@code git+file:///path.git[//sub]}, only below
 *     {@link JGitResolverBuilder#allowFiles}</td></tr>
 * </table>
 *
 * <p>The upstream's key is the repository's URL, its host the server with its port. One question lists refs once, by
 * exact prefixes. A fetch takes one commit without history into the cache directory, and only what is missing there; a
 * commit that is there costs no request. Files are delivered as they are stored: no attribute is applied, so no
 * {@code export-ignore}, no line-end conversion, no filter; submodules and Git LFS pointers are given as special
 * entries. What git's own consistency check refuses ({@code ..}, {@code .git}, {@code a/b}, duplicates) is refused.
 *
 * <p>An ssh server must accept git's protocol version 2 ({@code AcceptEnv GIT_PROTOCOL}) to give commits that no ref
 * names any more; without it those are {@link Reason#REVISION_NOT_FOUND}.
 *
 * <p>A server gives any commit it stores for the asking. On hosts where forks share one store, a full commit id may
 * therefore be one that was only ever pushed to a fork: pin such ids only if they come from somebody you trust.
 *
 * <p>JGit reads {@code /etc/gitconfig}, {@code ~/.gitconfig}, {@code ~/.config/git/config} and
 * {@code ~/.config/jgit/config}, runs {@code git --version} and {@code git config --system} once, and may write
 * measured file system properties to the last of these files. None of it changes which address is asked, with which
 * headers, cookies or certificates: those come from this object alone. {@link #isolateJvm} stops the reading
 * altogether.
 *
 * <p>Safe for use by several threads. Starts no thread before the first question.
 */
public final class JGitResolver implements SourceResolver, SourceHistory, EvidenceSource, AutoCloseable {

    private final SourceForms forms;
    private final RemoteAccess access;
    private final GitFetch fetches;
    private final GitHistory history;
    private final GitEvidence evidence;
    private final List<GitCache> caches;
    private final FileUpstreams files;
    private final boolean pointers;

    JGitResolver(JGitResolverBuilder settings) {
        this.forms = settings.forms();
        this.access = new RemoteAccess(settings.access());
        this.caches = List.of(settings.cache(), settings.historyCache());
        this.fetches = new GitFetch(caches.get(0), access);
        this.history = new GitHistory(caches.get(1), access);
        this.evidence = new GitEvidence(caches.get(1), caches.get(0), access);
        this.files = settings.files();
        this.pointers = settings.pointers();
    }

    /**
     * Returns a builder.
     *
     * @param cache a directory for fetched objects, made if it is not there; processes may share it
     */
    public static JGitResolverBuilder builder(Path cache) {
        return new JGitResolverBuilder(cache);
    }

    /**
     * Makes every use of JGit in this JVM blind to the machine's and the user's git configuration, for good: no file is
     * read or written there, and no {@code git} is run. For hosts that own their JVM; call it before anything else uses
     * JGit. Never called by Holdfast itself.
     */
    public static void isolateJvm() {
        SystemReader system = SystemReader.getInstance();
        if (!(system instanceof IsolatedSystemReader)) {
            SystemReader.setInstance(new IsolatedSystemReader(system));
        }
    }

    @Override
    public Set<String> schemes() {
        return SourceForms.SCHEMES;
    }

    @Override
    public Upstream upstream(Source source) {
        GitLocation location = forms.parse(source).location();
        return new Upstream(source.scheme(), location.toString(), location.host());
    }

    /** {@inheritDoc} A full commit id is answered with itself, without asking whether it exists. */
    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        GitLocation location = GitLocation.of(upstream);
        deadline.check("asking " + location);
        Set<String> prefixes = RefQuestions.prefixes(refs);
        Collection<Ref> found = prefixes.isEmpty() ? List.of() : ask(location, prefixes, deadline);
        return RefQuestions.answers(refs, found);
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        GitSource place = forms.parse(source);
        deadline.check("fetching from " + place.location());
        if (!ObjectId.isId(revision.value())) {
            throw Failures.revisionNotFound(
                    place.location(), "git commits have 40 hex digits, not " + revision.value());
        }
        ObjectId commit = ObjectId.fromString(revision.value());
        try {
            GitFetch.Fetched fetched =
                    place.location().file() ? inPlace(place, commit, deadline) : fetches.fetch(place, commit, deadline);
            return new GitBundle(fetched.use(), fetched.tree().id(), pointers, deadline);
        } catch (IOException e) {
            throw unstorable(place.location(), e);
        }
    }

    /**
     * {@inheritDoc} Looks back 1,000 commits, which come without trees and files; a server that gives commits with
     * their files only is not asked for them, and the answer is that nothing is known.
     */
    @Override
    public History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline) {
        GitLocation location = GitLocation.of(upstream);
        if (!ObjectId.isId(from.value()) || !ObjectId.isId(to.value())) {
            return History.unknown();
        }
        GitHistory.Question question = new GitHistory.Question(
                location, ObjectId.fromString(from.value()), ObjectId.fromString(to.value()), max);
        try {
            return location.file() ? inPlace(question) : history.ask(question, deadline);
        } catch (MissingObjectException e) {
            throw Failures.revisionNotFound(location, "it has no such commit");
        } catch (IOException e) {
            throw unstorable(location, e);
        }
    }

    private History inPlace(GitHistory.Question question) throws IOException {
        try (RepositoryUse use = files.open(question.location())) {
            return GitHistory.read(use.repository(), question);
        }
    }

    /**
     * {@inheritDoc} The commit as it is stored, and the annotated tag that bears the name now. Costs one question for
     * the tag and about a kilobyte for what is not in the cache; a commit that is there costs nothing.
     */
    @Override
    public Evidence evidence(Question question, Deadline deadline) {
        GitLocation location = forms.parse(question.source()).location();
        deadline.check("asking " + location);
        if (!ObjectId.isId(question.revision().value())) {
            return Evidence.none();
        }
        ObjectId commit = ObjectId.fromString(question.revision().value());
        try {
            String ref = question.tag().map(name -> Constants.R_TAGS + name).orElse("");
            Collection<Ref> found = ref.isEmpty() ? List.of() : ask(location, Set.of(ref), deadline);
            GitEvidence.Question wanted = GitEvidence.Question.of(location, commit, found, ref);
            return location.file() ? inPlace(wanted) : evidence.ask(wanted, deadline);
        } catch (MissingObjectException e) {
            throw Failures.revisionNotFound(location, "it has no such commit");
        } catch (IOException e) {
            throw unstorable(location, e);
        }
    }

    private Evidence inPlace(GitEvidence.Question question) throws IOException {
        try (RepositoryUse use = files.open(question.location())) {
            return GitEvidence.read(use.repository(), question);
        }
    }

    /**
     * {@inheritDoc} Looks back 1,000 commits, without trees and files; in a repository of this machine, all the way.
     */
    @Override
    public Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline) {
        GitLocation location = GitLocation.of(upstream);
        if (!ObjectId.isId(revision.value())) {
            return Set.of();
        }
        ObjectId commit = ObjectId.fromString(revision.value());
        try {
            if (!location.file()) {
                return evidence.askRoots(location, commit, deadline);
            }
            try (RepositoryUse use = files.open(location)) {
                return GitEvidence.roots(use.repository(), commit, deadline);
            }
        } catch (MissingObjectException e) {
            throw Failures.revisionNotFound(location, "it has no such commit");
        } catch (IOException e) {
            throw unstorable(location, e);
        }
    }

    private TransientException unstorable(GitLocation location, IOException e) {
        TransientException full = FullDisk.found(caches.get(0).directory(), e);
        return full != null
                ? full
                : new TransientException(
                        Reason.UNREACHABLE,
                        "cannot store what " + location + " holds: " + Failures.shown(String.valueOf(e.getMessage()))
                                + "; check the cache directory",
                        e);
    }

    /**
     * Closes idle ssh sessions, and ends what goes on in the cache directory. Bundles that are open stay readable. May
     * be called twice.
     */
    @Override
    public void close() {
        caches.forEach(GitCache::close);
        access.close();
    }

    private Collection<Ref> ask(GitLocation location, Set<String> prefixes, Deadline deadline) {
        if (location.file()) {
            return files.refs(location, prefixes);
        }
        try (GitRemote remote = access.open(location, deadline)) {
            return remote.refs(prefixes);
        }
    }

    private GitFetch.Fetched inPlace(GitSource place, ObjectId commit, Deadline deadline) throws IOException {
        RepositoryUse use = files.open(place.location());
        try {
            GitTree tree = GitTree.find(use.repository(), place, commit, deadline);
            if (!tree.missing().isEmpty()) {
                throw new PermanentException(
                        Reason.REVISION_NOT_FOUND,
                        place.location() + " lacks files of " + commit.name() + "; it is a partial clone");
            }
            return new GitFetch.Fetched(use, tree);
        } catch (MissingObjectException e) {
            use.close();
            throw Failures.revisionNotFound(place.location(), "it has no such commit");
        } catch (IOException | RuntimeException e) {
            use.close();
            throw e;
        }
    }
}
