package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.SourceHistoryContract;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceHistory.Relation;
import dev.holdfast.spi.source.SourceResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(Facility.GIT_HTTP)
@SuppressWarnings("NullAway.Init")
final class HttpGitHistoryIT extends SourceHistoryContract {

    @TempDir
    private Path directory;

    private GitHttpServer server;
    private JGitResolver resolver;
    private GitRepository repository;

    @Override
    protected SourceResolver resolver() {
        return resolver == null ? start() : resolver;
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        resolver();
        return repository;
    }

    private JGitResolver start() {
        server = GitHttpServer.start(directory.resolve("server"));
        repository = server.repository("acme/greeter");
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowHttp(server.host())
                .build();
        return resolver;
    }

    @BeforeEach
    void running() {
        resolver();
    }

    @AfterEach
    void stop() {
        resolver.close();
        server.close();
    }

    private History history(Revision from, Revision to) {
        return resolver.history(
                resolver.upstream(repository.source()), from, to, 5, Deadline.after(Duration.ofMinutes(1)));
    }

    @Test
    void aBranchThatWasForcePushedIsRewrittenAlsoWhenItsFilesAreTheSame() {
        Revision before = Revision.of(repository.git("rev-parse", "HEAD"));
        Revision pushed = repository.commitTree(repository.git("rev-parse", "HEAD^{tree}"));
        repository.branch("main", pushed);

        assertThat(history(before, pushed).relation()).isEqualTo(Relation.REWRITTEN);
    }

    @Test
    void whatIsFurtherBackThanAThousandCommitsIsNotKnown() {
        Revision first = Revision.of(repository.git("rev-parse", "HEAD"));
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 1100; i++) {
            stream.append("commit refs/heads/long\ncommitter a <a@example.com> ")
                    .append(1_700_000_000 + i)
                    .append(" +0000\ndata 1\nx\n");
            if (i == 0) {
                stream.append("from ").append(first.value()).append('\n');
            }
        }
        repository.gitWithInput(stream.toString().getBytes(StandardCharsets.UTF_8), "fast-import", "--quiet");
        Revision last = Revision.of(repository.git("rev-parse", "refs/heads/long"));
        Revision near = Revision.of(repository.git("rev-parse", "refs/heads/long~900"));

        assertThat(history(first, last).relation()).isEqualTo(Relation.UNKNOWN);
        assertThat(history(near, last).relation()).isEqualTo(Relation.DESCENDANT);
    }

    @Test
    void onlyCommitsAreFetched() throws IOException {
        Revision to = Revision.of(repository.git("rev-parse", "HEAD"));
        history(to, to);

        try (Stream<Path> children = Files.list(directory.resolve("cache/history"))) {
            List<Path> cached =
                    children.filter(path -> path.toString().endsWith(".git")).toList();
            assertThat(cached).hasSize(1);
            String objects = repository.git(
                    "--git-dir=" + cached.get(0), "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)");
            assertThat(objects.lines()).isNotEmpty().containsOnly("commit");
        }
    }
}
