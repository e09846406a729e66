package dev.holdfast.examples.gitea;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.VersionedSourceResolverContract;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.source.SourceResolver;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
final class GiteaResolverTest extends VersionedSourceResolverContract {

    @TempDir
    Path directory;

    private StubGitea gitea;
    private GitRepository repository;
    private GiteaResolver resolver;

    @BeforeEach
    void start() {
        gitea = StubGitea.start(directory.resolve("server"));
        repository = gitea.repository("acme/greeter");
        resolver = GiteaResolver.builder(directory.resolve("archives"))
                .server(gitea.host(), gitea.base())
                .build();
    }

    @AfterEach
    void stop() {
        gitea.close();
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
        return Source.parse("gitea+api://" + gitea.host() + "/acme/missing");
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }
}
