package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.contracts.git.GitDaemon;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.SourceHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, against a real {@code git daemon}. */
@Needs(Facility.GIT_DAEMON)
@SuppressWarnings("NullAway.Init")
final class DaemonResolverIT extends ServerContract {

    private GitDaemon daemon;

    @TempDir
    private Path directory;

    @Override
    Served serve(Path given) {
        daemon = GitDaemon.start(given.resolve("server"));
        return new Served(given.resolve("server/repositories"), "git://" + daemon.host() + "/");
    }

    @Override
    JGitResolver resolver(JGitResolverBuilder builder) {
        return builder.allowGitProtocol(daemon.host()).build();
    }

    @Override
    void end() {
        daemon.close();
    }

    @Test
    void refusesAHostThatWasNotAllowedByNameAndAsksItNothing() {
        try (JGitResolver wary =
                JGitResolver.builder(directory).allowGitProtocol("127.0.0.1").build()) {
            PermanentException refused = catchThrowableOfType(
                    PermanentException.class,
                    () -> wary.resolve(wary.upstream(repository().source()), Set.of(HEAD), plenty()));

            assertThat(refused.reason()).isEqualTo(Reason.FORBIDDEN);
            assertThat(refused).hasMessageContaining("allowGitProtocol").hasMessageContaining("nothing protects");
        }
    }

    @Test
    void fetchesTheFilesOfOneDirectoryOnly() throws IOException {
        Revision revision = repository().commit(Map.of("a/x", "1", "b/y", "2"));
        Source below = Source.parse(repository().source().base() + "//a");

        try (JGitResolver fresh = resolver(JGitResolver.builder(directory));
                Bundle bundle = fresh.fetch(below, revision, plenty())) {
            assertThat(bundle).isNotNull();
        }

        assertThat(cached("blob")).isEqualTo(1);
    }

    @Test
    void tellsHowTwoCommitsAreRelatedByTheirCommitsAlone() throws IOException {
        Revision first = repository().commit(Map.of("a", "1"));
        Revision second = repository().commit(Map.of("a", "2"));

        try (JGitResolver fresh = resolver(JGitResolver.builder(directory))) {
            assertThat(fresh.history(fresh.upstream(repository().source()), first, second, 5, plenty())
                            .relation())
                    .isEqualTo(SourceHistory.Relation.DESCENDANT);
        }
    }

    /** Counts the cached objects of one type. */
    private long cached(String type) throws IOException {
        List<Path> repositories;
        try (Stream<Path> children = Files.list(directory)) {
            repositories =
                    children.filter(path -> path.toString().endsWith(".git")).toList();
        }
        assertThat(repositories).hasSize(1);
        String objects = repository()
                .git(
                        "--git-dir=" + repositories.get(0),
                        "cat-file",
                        "--batch-all-objects",
                        "--batch-check=%(objecttype)");
        return objects.lines().filter(type::equals).count();
    }
}
