package dev.holdfast.examples.gitea;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceResolver;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Plugins from Gitea servers (1.20 or newer) by their REST API: {@code gitea+api://host/owner/repository[/sub]#ref}.
 *
 * <p>A source with a subdirectory that follows a branch stands at the last commit that changed this directory, so it
 * drifts only when it has changed; one that follows tags stands at the commit of the tag. (An install from a tag that
 * follows a branch is therefore offered that branch's last change once.) A bundle is what {@code git archive} gives:
 * files with the attribute {@code export-ignore} are not in it, and a submodule is an empty directory.
 *
 * <p>Only the servers that the host named are asked. A token goes to its own server and nowhere else, redirects
 * included.
 */
public final class GiteaResolver implements SourceResolver, SourceHistory {

    private final Map<String, URI> servers;
    private final GiteaClient client;
    private final Path directory;

    private GiteaResolver(Builder builder) {
        this.servers = Map.copyOf(builder.servers);
        this.client = new GiteaClient(builder.tokens, Set.copyOf(builder.storage), builder.mostBytes);
        this.directory = builder.directory;
    }

    /** Returns a builder that keeps archives in {@code directory} while they are read. */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    @Override
    public Set<String> schemes() {
        return Set.of(GiteaRepository.SCHEME);
    }

    /** One upstream for each directory of a repository: two plugins of one repository drift each by itself. */
    @Override
    public Upstream upstream(Source source) {
        GiteaRepository repository = GiteaRepository.parse(source.location(), servers);
        return new Upstream(GiteaRepository.SCHEME, repository.location(), repository.host());
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        GiteaRefs found = new GiteaRefs(client, GiteaRepository.parse(upstream.key(), servers), deadline);
        Map<TrackedRef, Resolution> answers = new HashMap<>();
        refs.forEach(ref -> answers.put(ref, found.answer(ref)));
        return answers;
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        GiteaRepository repository = GiteaRepository.parse(source.location(), servers);
        if (!new GiteaCommits(client, repository, deadline).exists(revision)) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND,
                    repository + " has no commit " + revision + " any more; take a newer revision");
        }
        URI archive = repository.resource("archive/" + revision + ".tar.gz");
        Path file = client.download(repository, archive, directory, deadline);
        return new ArchiveBundle(file, repository.subdirectory(), revision, deadline);
    }

    @Override
    public History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline) {
        GiteaRepository repository = GiteaRepository.parse(upstream.key(), servers);
        return new GiteaCommits(client, repository, deadline).history(from, to, max);
    }

    /** Collects what a host sets. */
    public static final class Builder {

        private static final long MOST_BYTES = 256L * 1024 * 1024;

        private final Path directory;
        private final Map<String, URI> servers = new HashMap<>();
        private final Set<String> storage = new HashSet<>();
        private Function<String, Optional<String>> tokens = host -> Optional.empty();
        private long mostBytes = MOST_BYTES;

        private Builder(Path directory) {
            this.directory = directory;
        }

        /** Lets a server be asked, over https: {@code gitea.example.com}, or with a port. At least one is needed. */
        public Builder server(String host) {
            return server(host, URI.create("https://" + host));
        }

        /** As {@link #server(String)}, where it is reached below a path, or without TLS. */
        public Builder server(String host, URI base) {
            servers.put(host, URI.create(base.toString().replaceFirst("/+$", "")));
            return this;
        }

        /**
         * Gives the access token for a server that sources name so; asked for each request, so a new one counts at
         * once.
         */
        public Builder tokens(Function<String, Optional<String>> provider) {
            this.tokens = provider;
            return this;
        }

        /**
         * Lets a server send us elsewhere for an archive: {@code host:port} of its object storage, which sees no token.
         */
        public Builder archivesFrom(String authority) {
            storage.add(authority);
            return this;
        }

        /** Sets how large a packed archive may be; default 256 MiB. */
        public Builder mostBytes(long bytes) {
            this.mostBytes = bytes;
            return this;
        }

        /**
         * Checks all of it, without I/O.
         *
         * @throws PermanentException if no server is named
         */
        public GiteaResolver build() {
            if (servers.isEmpty()) {
                throw PermanentException.invalid("servers", "none", "name at least one server that may be asked");
            }
            return new GiteaResolver(this);
        }
    }
}
