package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.VersionedSourceResolverContract;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.source.SourceResolver;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract, against a real git server that never learns of protocol v2: a proxy in front of it drops the header. */
@Needs(Facility.GIT_HTTP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class OldProtocolIT extends VersionedSourceResolverContract {

    private GitHttpServer server;
    private JGitResolver resolver;
    private GitRepository repository;
    private int repositories;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = GitHttpServer.startWithoutProtocolV2(directory.resolve("server"));
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowHttp(server.host())
                .build();
    }

    @AfterAll
    void stop() {
        resolver.close();
        server.close();
    }

    @BeforeEach
    void create() {
        repository = server.repository("acme/greeter" + ++repositories);
    }

    @Override
    protected SourceResolver resolver() {
        return resolver;
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        return repository;
    }

    @Override
    protected Source missing() {
        return Source.parse("git+http://" + server.host() + "/acme/missing.git");
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }
}
