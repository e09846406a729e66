package dev.holdfast.examples.gitea;

import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.SourceFixture;
import dev.holdfast.testkit.SourceHistoryContract;
import dev.holdfast.testkit.git.GitRepository;
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
