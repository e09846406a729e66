package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource.Question;
import dev.holdfast.spi.trust.GitObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository of this machine hands over to prove a revision. */
final class FileEvidenceTest {

    @Test
    void aRepositoryOfThisMachineShowsTheSame(@TempDir Path directory) {
        Path path = directory.resolve("greeter.git");
        GitRepository repository = GitRepository.create(path, Source.parse("git+file://" + path));
        Revision revision = repository.commit(Map.of("a.txt", "one"));
        repository.annotatedTag("v1.0.0", revision);
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        try (JGitResolver resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(directory)
                .build()) {

            Evidence evidence =
                    resolver.evidence(new Question(repository.source(), revision, Optional.of("v1.0.0")), deadline);

            assertThat(evidence.commit().map(GitObject::id)).contains(revision.value());
            assertThat(evidence.tag()).isPresent();
            assertThat(resolver.roots(resolver.upstream(repository.source()), revision, deadline))
                    .containsExactly(revision);
        }
    }
}
