package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.contracts.source.SourceFixture;
import dev.holdfast.contracts.source.VersionedSourceResolverContract;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract over a real sshd, and who is trusted there. */
@Needs(Facility.SSHD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class SshGitResolverIT extends VersionedSourceResolverContract {

    private static final int MIB = 1024 * 1024;

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

    @ParameterizedTest
    @CsvSource({
        "{HASHED}, true",
        "{KNOWN}|@revoked * {HOST}, false",
        "@revoked * {HOST}|{KNOWN}, false",
        "{KNOWN}|@revoked [127.0.0.1]:{PORT} {HOST}, false",
        "@cert-authority * {HOST}, false",
        "[127.0.0.1]:{PORT} {STRANGER}|127.0.0.1 {HOST}, false",
    })
    void trustsAServerByTheKnownHostsFile(String lines, boolean trusted) throws IOException {
        Path file = Files.writeString(directory.resolve("rules"), known(lines));

        try (JGitResolver wary = JGitResolver.builder(directory.resolve("cache5"))
                .sshKey(server.file("client"))
                .knownHosts(file)
                .build()) {
            assertThat(reachable(wary, repository.source())).isEqualTo(trusted);
        }
    }

    @Test
    void takesNoEntryForAnAddressInPlaceOfOneForTheName() throws IOException {
        Path path = repository.directory();
        Source byName =
                Source.parse("git+ssh://" + System.getProperty("user.name") + "@localhost:" + server.port() + path);
        Path address = Files.writeString(directory.resolve("address"), known("[127.0.0.1]:{PORT} {HOST}"));
        Path name = Files.writeString(directory.resolve("name"), known("[localhost]:{PORT} {HOST}"));

        try (JGitResolver byAddress = JGitResolver.builder(directory.resolve("cache6"))
                        .sshKey(server.file("client"))
                        .knownHosts(address)
                        .build();
                JGitResolver named = JGitResolver.builder(directory.resolve("cache6"))
                        .sshKey(server.file("client"))
                        .knownHosts(name)
                        .build()) {
            assertThat(reachable(byAddress, byName)).isFalse();
            assertThat(reachable(named, byName)).isTrue();
        }
    }

    @Test
    void saysThatASha256RepositoryCannotBeRead() {
        Path path = Sha256Repository.create(directory.resolve("sha256.git"));

        assertThat(failure(resolver, source(server.port(), path), plenty()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("SHA-256 repository");
    }

    private String known(String lines) throws IOException {
        Path hashed =
                Files.copy(server.file("known"), directory.resolve("hashed"), StandardCopyOption.REPLACE_EXISTING);
        SshServer.run("ssh-keygen", "-q", "-H", "-f", hashed.toString());
        return lines.replace("|", "\n")
                        .replace(
                                "{KNOWN}",
                                Files.readString(server.file("known")).strip())
                        .replace("{HASHED}", Files.readString(hashed).strip())
                        .replace(
                                "{HOST}",
                                Files.readString(server.file("host.pub")).strip())
                        .replace(
                                "{STRANGER}",
                                Files.readString(server.file("stranger.pub")).strip())
                        .replace("{PORT}", String.valueOf(server.port()))
                + "\n";
    }

    private boolean reachable(JGitResolver from, Source source) {
        repository.commit(Map.of("a", "1"));
        try {
            return from.resolve(from.upstream(source), Set.of(HEAD), plenty()).containsKey(HEAD);
        } catch (PermanentException e) {
            assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(e).hasMessageContaining("host key");
            return false;
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

    @Test
    void stopsReadingAtTheLimitForRefs() throws IOException {
        Revision revision = repository.commit(Map.of("a", "1"));
        StringBuilder refs = new StringBuilder();
        for (int i = 100_000; i < 120_000; i++) {
            refs.append(revision.value()).append(" refs/tags/v").append(i).append(".0.0\n");
        }
        Files.writeString(repository.directory().resolve("packed-refs"), refs.toString());

        try (JGitResolver strict = strict("cache7").refsLimit(MIB).build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> strict.resolve(
                            strict.upstream(repository.source()), Set.of(TrackedRef.latestTag()), plenty()));

            assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(BundleContent.of(strict.fetch(repository.source(), revision, plenty())))
                    .containsKey("a");
        }
    }

    @ParameterizedTest
    @CsvSource({"2, TOO_LARGE", "8,"})
    void countsWhatAFetchBringsApartFromRefs(int mib, @Nullable Reason reason) {
        StringBuilder large = new StringBuilder();
        new Random(1).ints(4 * MIB, ' ', '~').forEach(c -> large.append((char) c));
        Revision revision = repository.commit(Map.of("large", large.toString()));

        try (JGitResolver strict = strict("cache8-" + mib)
                .refsLimit(MIB)
                .fetchLimit((long) mib * MIB)
                .build()) {
            HoldfastException failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> strict.fetch(repository.source(), revision, plenty()).close());

            assertThat(failure == null ? null : failure.reason()).isEqualTo(reason);
        }
    }

    private JGitResolverBuilder strict(String cache) {
        return JGitResolver.builder(directory.resolve(cache))
                .sshKey(server.file("client"))
                .knownHosts(server.file("known"));
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
