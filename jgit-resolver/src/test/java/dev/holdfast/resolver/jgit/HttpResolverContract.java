package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
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

/** The contract of a resolver, over a real git server behind a web server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class HttpResolverContract extends VersionedSourceResolverContract {

    private GitHttpServer server;
    private JGitResolver resolver;
    private GitRepository repository;
    private int repositories;

    /** Starts the server. */
    abstract GitHttpServer started(Path directory);

    @BeforeAll
    void start(@TempDir Path directory) {
        server = started(directory.resolve("server"));
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
