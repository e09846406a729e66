package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can only be seen in a JVM of its own: its heap, its files, and whose settings it reads. */
final class OwnJvmIT extends AgainstGitServer {

    private static final int HUNDRED_MIB = 100 * 1024 * 1024;

    @Test
    void streamsAFileOfAHundredMebibytesThroughASmallHeap() throws IOException {
        try (OutputStream out = Files.newOutputStream(repository.work().resolve("model.bin"))) {
            byte[] block = new byte[1024 * 1024];
            Random random = new Random(7);
            for (int i = 0; i < HUNDRED_MIB / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        repository.git("config", "core.compression", "0");
        repository.commitAll();

        String output = run(List.of(), List.of("-Xmx128m"), "plain");

        assertThat(output).contains("model.bin " + HUNDRED_MIB);
    }

    @Test
    void asksTheSourceItWasGivenWhateverTheUsersGitConfigurationSays() throws IOException {
        repository.commit(Map.of("a", "1"));
        Path home = hostileHome();

        assertThat(run(List.of(), List.of(), "plain")).contains("a 1");
        assertThat(run(List.of(), List.of(), "isolate")).contains("a 1");
        assertThat(home).isDirectoryNotContaining("glob:**/proof");
    }

    @ParameterizedTest
    @CsvSource({"'[http', .gitconfig", "'[http]\npostBuffer = many', postbuffer"})
    void saysThatALocalGitSettingIsWrongAndHowNotToReadIt(String settings, String named) throws IOException {
        repository.commit(Map.of("a", "1"));
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.writeString(home.resolve(".gitconfig"), settings);

        assertThatThrownBy(() -> run(List.of(), List.of(), "plain"))
                .hasMessageContaining("PermanentException")
                .hasMessageContaining("git configuration of this machine or its user")
                .hasMessageContaining("isolateJvm")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT))
                        .contains(named));
        assertThat(run(List.of(), List.of(), "isolate")).contains("a 1");
    }

    @Test
    @Needs(Facility.STRACE)
    void readsNoConfigurationAndRunsNoGitInAnIsolatedJvm() throws IOException {
        repository.commit(Map.of("a", "1"));
        hostileHome();

        assertThat(traced("plain")).anyMatch(OwnJvmIT::configuration).anyMatch(OwnJvmIT::runsGit);
        assertThat(traced("isolate"))
                .isNotEmpty()
                .noneMatch(OwnJvmIT::configuration)
                .noneMatch(OwnJvmIT::runsGit);
    }

    private List<String> traced(String mode) throws IOException {
        Path trace = directory.resolve("trace-" + mode);
        List<String> strace =
                List.of("strace", "-f", "--seccomp-bpf", "-e", "trace=open,openat,execve", "-o", trace.toString());

        assertThat(run(strace, List.of(), mode)).contains("a 1");
        return Files.readAllLines(trace);
    }

    private static boolean configuration(String call) {
        return call.contains("gitconfig") || call.contains("/.config/");
    }

    private static boolean runsGit(String call) {
        return call.contains("execve") && call.contains("/git\", [");
    }

    /** A home whose git configuration sends every request elsewhere. */
    private Path hostileHome() throws IOException {
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.writeString(home.resolve(".gitconfig"), """
                [url "http://127.0.0.1:1/"]
                  insteadOf = http://127.0.0.1
                [http]
                  extraHeader = Transfer-Encoding: gzip
                  proxy = http://127.0.0.1:1
                [core]
                  sshCommand = touch %1$s/proof
                """.formatted(home));
        return home;
    }

    private String run(List<String> before, List<String> jvm, String mode) {
        return ResolverProgram.run(
                before,
                jvm,
                directory.resolve("home"),
                cache().toString(),
                server.host(),
                repository.source().toString(),
                mode);
    }
}
