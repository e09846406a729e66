package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.BundleContent;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.SourceFixture;
import dev.holdfast.testkit.VersionedSourceResolverContract;
import dev.holdfast.testkit.git.GitRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a real sshd, and who is trusted there. */
@Needs(Facility.SSHD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class SshGitResolverIT extends VersionedSourceResolverContract {

    private Path directory;
    private SshServer server;
    private JGitResolver resolver;
    private GitRepository repository;
    private int repositories;

    @BeforeAll
    void start(@TempDir Path given) {
        directory = given;
        server = SshServer.start(directory.resolve("sshd"));
        resolver = with("client", "known");
    }

    @AfterAll
    void stop() {
        resolver.close();
        server.close();
    }

    @BeforeEach
    void create() {
        Path path = directory.resolve("greeter" + ++repositories + ".git");
        repository = GitRepository.create(path, source(server.port(), path));
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
        return source(server.port(), directory.resolve("missing.git"));
    }

    @Override
    protected Revision unknownRevision() {
        return Revision.of("f".repeat(40));
    }

    @Test
    void refusesAHostWhoseKeyIsNotKnown() {
        try (JGitResolver wary = with("client", "unknown")) {
            HoldfastException failure = failure(wary, repository.source(), plenty());

            assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(failure).hasMessageContaining("host key");
        }
    }

    @Test
    void saysThatTheKeyWasRefused() {
        try (JGitResolver stranger = with("stranger", "known")) {
            HoldfastException failure = failure(stranger, repository.source(), plenty());

            assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(failure).hasMessageContaining("refused the ssh keys");
        }
    }

    @Test
    void readsAKeyWithAPassphrase() {
        Revision revision = repository.commit(Map.of("a", "1"));
        try (JGitResolver locked = JGitResolver.builder(directory.resolve("cache2"))
                .sshKey(server.file("locked"), "pass phrase")
                .knownHosts(server.file("known"))
                .build()) {
            assertThat(BundleContent.of(locked.fetch(repository.source(), revision, plenty())))
                    .isEqualTo(Map.of("a", "1"));
        }
    }

    @Test
    void saysWhichKeyCannotBeLoadedWithoutShowingItsPassphrase() {
        try (JGitResolver locked = JGitResolver.builder(directory.resolve("cache3"))
                .sshKey(server.file("locked"), "wrong phrase")
                .knownHosts(server.file("known"))
                .build()) {
            assertThat(failure(locked, repository.source(), plenty()).toString())
                    .contains(server.file("locked").toString())
                    .doesNotContain("wrong phrase");
        }
    }

    @Test
    void endsAtTheDeadlineWhenTheServerSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();

            HoldfastException failure = failure(
                    resolver,
                    source(silent.getLocalPort(), directory.resolve("x.git")),
                    Deadline.after(Duration.ofMillis(500)));

            assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void refusesSshWhenTheHostGaveNoKnownHosts() {
        try (JGitResolver none =
                JGitResolver.builder(directory.resolve("cache4")).build()) {
            assertThat(failure(none, repository.source(), plenty()).reason()).isEqualTo(Reason.FORBIDDEN);
        }
        assertThatThrownBy(() -> JGitResolver.builder(directory)
                        .sshKey(server.file("client"))
                        .build())
                .hasMessageContaining("knownHosts");
    }

    private static HoldfastException failure(JGitResolver from, Source source, Deadline deadline) {
        Upstream upstream = from.upstream(source);
        return catchThrowableOfType(HoldfastException.class, () -> from.resolve(upstream, Set.of(HEAD), deadline));
    }

    private JGitResolver with(String key, String known) {
        return JGitResolver.builder(directory.resolve("cache"))
                .sshKey(server.file(key))
                .knownHosts(server.file(known))
                .build();
    }

    private static Source source(int port, Path repository) {
        return Source.parse("git+ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port + repository);
    }
}
