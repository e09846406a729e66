package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.VersionedSourceResolverContract;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.source.SourceResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on repositories of this machine. */
@SuppressWarnings("NullAway.Init")
final class FileGitResolverTest extends VersionedSourceResolverContract {

    @TempDir
    Path directory;

    private JGitResolver resolver;
    private GitRepository repository;

    @BeforeEach
    void create() throws IOException {
        Path allowed = Files.createDirectories(directory.resolve("allowed"));
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(allowed)
                .build();
        Path path = allowed.resolve("greeter.git");
        repository = GitRepository.create(path, Source.parse("git+file://" + path));
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
        return Source.parse("git+file://" + directory.resolve("allowed/missing.git"));
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }

    @Test
    void refusesARepositoryThatTheHostDidNotAllow() {
        Path path = directory.resolve("other.git");
        GitRepository other = GitRepository.create(path, Source.parse("git+file://" + path));
        other.commit(Map.of("a", "1"));

        assertThatThrownBy(() -> resolver.resolve(resolver.upstream(other.source()), Set.of(HEAD), plenty()))
                .hasMessageContaining("not below a directory");
    }

    @Test
    void saysThatASha256RepositoryCannotBeRead() {
        Path path = Sha256Repository.create(directory.resolve("allowed/sha256.git"));
        Source source = Source.parse("git+file://" + path);

        assertThatThrownBy(() -> resolver.resolve(resolver.upstream(source), Set.of(HEAD), plenty()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("SHA-256 repository");
    }

    @Test
    void refusesALinkThatLeadsOutOfWhatTheHostAllowed() throws IOException {
        Path path = directory.resolve("other.git");
        GitRepository.create(path, Source.parse("git+file://" + path)).commit(Map.of("a", "1"));
        Path link = Files.createSymbolicLink(directory.resolve("allowed/link.git"), path);
        Source source = Source.parse("git+file://" + link);

        assertThatThrownBy(() -> resolver.resolve(resolver.upstream(source), Set.of(HEAD), plenty()))
                .hasMessageContaining("not below a directory");
    }
}
