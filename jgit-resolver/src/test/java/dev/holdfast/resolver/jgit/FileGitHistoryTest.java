package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.SourceHistoryContract;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.source.SourceResolver;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on repositories of this machine. */
final class FileGitHistoryTest extends SourceHistoryContract {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable GitRepository repository;

    @Override
    protected SourceResolver resolver() {
        return JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(directory)
                .build();
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        if (repository == null) {
            Path path = directory.resolve("greeter.git");
            repository = GitRepository.create(path, Source.parse("git+file://" + path));
        }
        return repository;
    }
}
