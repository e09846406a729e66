package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JGit's own server, which ends no line of what it says first with a line feed. */
@SuppressWarnings("NullAway.Init")
final class JGitServerTest {

    @TempDir
    Path directory;

    private JGitHttpServer server;
    private JGitResolver resolver;
    private GitRepository repository;

    @BeforeEach
    void start() {
        server = JGitHttpServer.start(directory.resolve("served"));
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowHttp(server.host())
                .build();
        repository = server.repository("greeter");
    }

    @AfterEach
    void stop() {
        resolver.close();
        server.close();
    }

    @Test
    void isAskedForRefsAgainWithOneRequest() {
        repository.commit(Map.of("a", "1"));
        ask();
        server.forgetRequests();

        ask();

        assertThat(server.requests()).containsExactly("POST");
    }

    @Test
    void tellsHowCommitsCameFromOneAnother() {
        Revision first = repository.commit(Map.of("a", "1"));
        Revision second = repository.commit(Map.of("a", "2"));

        assertThat(resolver.history(resolver.upstream(repository.source()), first, second, 10, plenty())
                        .relation())
                .isEqualTo(Relation.DESCENDANT);
    }

    @Test
    void givesASubdirectoryWithoutTheFilesBesideIt() throws IOException {
        byte[] noise = new byte[1_000_000];
        new Random(5).nextBytes(noise);
        String big = new String(noise, StandardCharsets.ISO_8859_1);
        Revision revision = repository.commit(Map.of("big", big, "sub/a", "1"));
        Source below =
                new Source(repository.source().scheme(), repository.source().location() + "//sub", TrackedRef.none());

        try (Bundle bundle = resolver.fetch(below, revision, plenty())) {
            assertThat(BundleContent.of(bundle)).isEqualTo(Map.of("a", "1"));
        }
        assertThat(Trees.size(directory.resolve("cache"))).isLessThan(200_000);
    }

    @Test
    void givesTheWholeCommitWhereAListOfItsFilesIsTooLong() {
        Map<String, String> files = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            files.put("sub/f" + i, "content " + i);
        }
        Revision revision = repository.commit(files);
        server.refuseBodiesAbove(4096);
        Source below =
                new Source(repository.source().scheme(), repository.source().location() + "//sub", TrackedRef.none());

        try (Bundle bundle = resolver.fetch(below, revision, plenty())) {
            assertThat(BundleContent.of(bundle)).hasSize(200);
        }
    }

    /** Known failure: a server that insists on thin packs refused whoever did not take them. */
    @Test
    void mayLeaveOutOfAPackWhatIsThereAlready() {
        Revision first = repository.commit(Map.of("a", "1\n".repeat(5_000)));
        Revision second = repository.commit(Map.of("a", "1\n".repeat(5_000) + "2"));

        for (Revision revision : List.of(first, second)) {
            try (Bundle bundle = resolver.fetch(repository.source(), revision, plenty())) {
                assertThat(BundleContent.of(bundle)).hasSize(1);
            }
        }

        assertThat(server.bodies()).anyMatch(body -> body.contains("thin-pack"));
    }

    private static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private void ask() {
        resolver.resolve(resolver.upstream(repository.source()), Set.of(TrackedRef.ref("HEAD")), plenty());
    }
}
