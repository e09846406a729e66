package dev.holdfast.examples.gitea;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.SourceHistoryContract;
import dev.holdfast.spi.source.SourceResolver;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
final class GiteaHistoryTest extends SourceHistoryContract {

    @TempDir
    Path directory;

    private StubGitea gitea;
    private GitRepository repository;
    private GiteaResolver resolver;

    private void start() {
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
        fixture();
        return resolver;
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        // The contract commits before this class is set up.
        if (gitea == null) {
            start();
        }
        return repository;
    }
}
