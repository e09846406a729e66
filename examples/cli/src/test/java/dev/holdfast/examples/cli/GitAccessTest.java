package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.resolver.jgit.JGitResolver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GitAccessTest {

    @ParameterizedTest
    @CsvSource({
        "github.com,GITHUB_COM",
        "git-1.example.com:8443,GIT__1_EXAMPLE_COM_8443",
        "git.1.example.com,GIT_1_EXAMPLE_COM"
    })
    void eachHostHasAVariableOfItsOwn(String host, String suffix) {
        assertThat(GitAccess.suffix(host)).isEqualTo(suffix);
    }

    @Test
    void theSourcesThatAreMadeLaterServeWhatGitDoes(@TempDir Path cache) {
        try (JGitResolver git = JGitResolver.builder(cache).build()) {
            assertThat(GitSources.SCHEMES).isEqualTo(git.schemes());
        }
    }

    @Test
    void aTokenIsGivenToItsHostOnly() {
        Console console = console(Map.of("HOLDFAST_GIT_TOKEN_GITHUB_COM", "s3cret"));

        assertThat(GitAccess.credentials(console, "github.com")).isPresent();
        assertThat(GitAccess.credentials(console, "gitlab.com")).isEmpty();
        assertThat(GitAccess.credentials(console, "github.com:8443")).isEmpty();
    }

    @Test
    void aUserNeedsAPassword() {
        Console user = console(Map.of("HOLDFAST_GIT_USER_GITHUB_COM", "ada"));
        Console both = console(Map.of("HOLDFAST_GIT_USER_GITHUB_COM", "ada", "HOLDFAST_GIT_PASSWORD_GITHUB_COM", "x"));

        assertThat(GitAccess.credentials(user, "github.com")).isEmpty();
        assertThat(GitAccess.credentials(both, "github.com")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"github_com", "github.-com", "github-.com", "github..com"})
    void aHostWhoseVariableWouldBeAnothersGetsNothing(String host) {
        Console console = console(Map.of(
                "HOLDFAST_GIT_TOKEN_GITHUB_COM", "s3cret",
                "HOLDFAST_GIT_TOKEN_GITHUB__COM", "s3cret",
                "HOLDFAST_GIT_TOKEN_GITHUB___COM", "s3cret"));

        assertThat(GitAccess.credentials(console, host)).isEmpty();
    }

    private static Console console(Map<String, String> env) {
        return new Console(System.out, System.err, env, Path.of("/"), false, Clock.systemUTC());
    }
}
