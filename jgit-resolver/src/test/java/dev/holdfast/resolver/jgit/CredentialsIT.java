package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.source.BundleContent;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private repository on a real server. */
@Needs(Facility.GIT_HTTP)
@SuppressWarnings("NullAway.Init")
final class CredentialsIT {

    private static final String PASSWORD = "correct-horse";
    private static final TrackedRef TAG = TrackedRef.tag("v1");

    @TempDir
    private Path directory;

    private GitHttpServer server;
    private GitRepository repository;
    private Revision revision;

    @BeforeEach
    void start() {
        server = GitHttpServer.startWithPassword(directory.resolve("server"), "bot", PASSWORD);
        repository = server.repository("acme/private");
        revision = repository.commit(Map.of("a", "1"));
        repository.tag("v1", revision);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void readsWithTheCredentialsOfTheHostAndIsNeverAskedTwice() {
        try (JGitResolver resolver = resolver(Credentials.basic("bot", PASSWORD))) {
            assertThat(resolve(resolver)).containsEntry(TAG, Resolution.found(revision, "v1"));
            assertThat(BundleContent.of(resolver.fetch(repository.source(), revision, plenty())))
                    .isEqualTo(Map.of("a", "1"));
        }
        assertThat(server.requests()).noneMatch(request -> request.endsWith(" 401"));
    }

    @Test
    void asksForCredentialsByHostAndPort() {
        List<String> asked = new ArrayList<>();
        try (JGitResolver resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowHttp(server.host())
                .credentials(host -> {
                    asked.add(host);
                    return Optional.of(Credentials.basic("bot", PASSWORD));
                })
                .build()) {
            resolve(resolver);
        }

        assertThat(asked).containsExactly(server.host());
    }

    @Test
    void saysThatTheCredentialsWereRefusedAndShowsNoneOfThem() {
        try (JGitResolver resolver = resolver(Credentials.basic("bot", "wrong-password"))) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> resolve(resolver));

            assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(failure).hasMessageContaining("refused the credentials");
            assertThat(failure.toString()).doesNotContain("wrong-password");
        }
    }

    @Test
    void failsAtOnceWithoutCredentialsInsteadOfAskingSomebody() {
        try (JGitResolver resolver = resolver(null)) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> resolve(resolver));

            assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
            assertThat(failure).hasMessageContaining("none are given for " + server.host());
        }
    }

    @Test
    void credentialsShowNothingInTheirTextForm() {
        assertThat(Credentials.basic("bot", PASSWORD) + " " + Credentials.bearer(PASSWORD))
                .doesNotContain(PASSWORD);
    }

    private Map<TrackedRef, Resolution> resolve(JGitResolver resolver) {
        return resolver.resolve(resolver.upstream(repository.source()), Set.of(TAG), plenty());
    }

    private JGitResolver resolver(@Nullable Credentials credentials) {
        return JGitResolver.builder(directory.resolve("cache"))
                .allowHttp(server.host())
                .credentials(host -> Optional.ofNullable(credentials))
                .build();
    }

    private static Deadline plenty() {
        return Deadline.after(Duration.ofMinutes(1));
    }
}
