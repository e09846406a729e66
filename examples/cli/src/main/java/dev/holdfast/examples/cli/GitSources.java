package dev.holdfast.examples.cli;

import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Git sources, made when the first one is asked: most commands ask none, and need not wait for git's classes and keys.
 */
final class GitSources implements SourceResolver, SourceHistory, EvidenceSource, AutoCloseable {

    static final Set<String> SCHEMES =
            Set.of("github", "gitea", "gitlab", "git+https", "git+http", "git+ssh", "git", "git+file");

    private final Supplier<JGitResolver> make;

    private @Nullable JGitResolver git;

    GitSources(Supplier<JGitResolver> make) {
        this.make = make;
    }

    private synchronized JGitResolver git() {
        if (git == null) {
            git = make.get();
        }
        return git;
    }

    @Override
    public Set<String> schemes() {
        return SCHEMES;
    }

    @Override
    public Upstream upstream(Source source) {
        return git().upstream(source);
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        return git().resolve(upstream, refs, deadline);
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        return git().fetch(source, revision, deadline);
    }

    @Override
    public History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline) {
        return git().history(upstream, from, to, max, deadline);
    }

    @Override
    public Evidence evidence(Question question, Deadline deadline) {
        return git().evidence(question, deadline);
    }

    @Override
    public Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline) {
        return git().roots(upstream, revision, deadline);
    }

    @Override
    public synchronized void close() {
        if (git != null) {
            git.close();
        }
    }
}
