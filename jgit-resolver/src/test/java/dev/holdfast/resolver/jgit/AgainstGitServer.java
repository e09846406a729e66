package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.delivery.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests on a real git server share: one server, one repository, one resolver with an empty cache. */
@Needs(Facility.GIT_HTTP)
@SuppressWarnings("NullAway.Init")
abstract class AgainstGitServer {

    @TempDir
    Path directory;

    GitHttpServer server;
    GitRepository repository;
    JGitResolver resolver;

    @BeforeEach
    void startServer() {
        server = GitHttpServer.start(directory.resolve("server"));
        repository = server.repository("acme/greeter");
        resolver = builder().build();
    }

    @AfterEach
    void stopServer() {
        resolver.close();
        server.close();
    }

    final JGitResolverBuilder builder() {
        return JGitResolver.builder(cache()).allowHttp(server.host());
    }

    final Path cache() {
        return directory.resolve("cache");
    }

    final Map<String, String> content(JGitResolver from, Source source, Revision revision) {
        try (Bundle bundle = from.fetch(source, revision, plenty())) {
            return BundleContent.of(bundle);
        }
    }

    final Map<String, String> content(Revision revision) {
        return content(resolver, repository.source(), revision);
    }

    final Source below(String subdirectory) {
        return new Source(
                repository.source().scheme(), repository.source().location() + "//" + subdirectory, TrackedRef.none());
    }

    static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(2));
    }
}
