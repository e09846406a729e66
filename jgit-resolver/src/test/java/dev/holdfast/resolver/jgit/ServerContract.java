package dev.holdfast.resolver.jgit;

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

/** The contract of a resolver, over a real git server that serves the repositories of a directory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class ServerContract extends VersionedSourceResolverContract {

    private Served served;
    private JGitResolver resolver;
    private GitRepository repository;
    private int repositories;

    /**
     * A server.
     *
     * @param repositories where its repositories are
     * @param base how a source of it begins, such as {@code git://127.0.0.1:9418/}
     */
    record Served(Path repositories, String base) {

        GitRepository repository(String name) {
            return GitRepository.create(repositories.resolve(name + ".git"), source(name));
        }

        Source source(String name) {
            return Source.parse(base + name + ".git");
        }
    }

    /** Starts a server. */
    abstract Served serve(Path directory);

    /** Lets a resolver in. */
    abstract JGitResolver resolver(JGitResolverBuilder builder);

    /** Ends the server. */
    abstract void end();

    @BeforeAll
    void start(@TempDir Path directory) {
        served = serve(directory);
        resolver = resolver(JGitResolver.builder(directory.resolve("cache")));
    }

    @AfterAll
    void stop() {
        resolver.close();
        end();
    }

    @BeforeEach
    void create() {
        repository = served.repository("greeter" + ++repositories);
    }

    final GitRepository repository() {
        return repository;
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
        return served.source("missing");
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }
}
