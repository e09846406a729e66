package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.examples.cli.CommandLineFixture.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each run opens and closes the database, as a process of its own would. */
final class CliIT {

    @TempDir
    private Path directory;

    private CommandLineFixture cli;

    @BeforeEach
    void aNewDirectory() throws IOException {
        directory = directory.toRealPath();
        cli = new CommandLineFixture(directory, new PostgreSqlDatabase());
    }

    @Test
    void anInstallIsFollowedUpdatedAndRolledBackByOneRunAfterTheOther() throws IOException {
        try (DemoUpstream upstream = DemoUpstream.init(directory.resolve("greeter"))) {
            String first = upstream.release("v1.0.0", false).value();
            Run install = run(
                    "install",
                    "--source",
                    upstream.at("v1.0.0").toString(),
                    "--target",
                    "plugins",
                    "--track",
                    "tag:latest");
            assertThat(install.exit()).as(install.err()).isZero();
            assertThat(cli.live()).isEqualTo("Hello from v1.0.0\n");

            String second = upstream.release("v1.1.0", true).value();
            assertThat(run("sweep").out()).contains("1 moved", "queued 1 update");
            JsonNode update = run("pending", "--json").json().at("/items/0");
            assertThat(update.get("to").asText()).isEqualTo(second);

            Run apply = run("apply", update.get("id").asText(), "--revision", second);
            assertThat(apply.exit()).as(apply.out()).isZero();
            assertThat(cli.live()).isEqualTo("Hello from v1.1.0\n");

            assertThat(run("rollback", "--plugin", "greeter").exit()).isZero();
            assertThat(cli.live()).isEqualTo("Hello from v1.0.0\n");
            assertThat(run("sweep").out()).contains("1 install left alone");
            assertThat(run("list", "--json")
                            .json()
                            .at("/items/0/release/revision")
                            .asText())
                    .isEqualTo(first);
            assertThat(run("status").exit()).isZero();
            assertThat(run("history", "--plugin", "greeter", "--json")
                            .json()
                            .get("operations")
                            .findValuesAsText("kind"))
                    .containsExactly("rollback", "upgrade", "install");
        }
    }

    @Test
    void theDemoTellsItsStoryOnPostgreSql() {
        Run run = cli.run("demo");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .containsSubsequence(
                        "PostgreSQL is up after",
                        "installed ws-42/greeter at v1.0.0",
                        "applied: ws-42/greeter is at v1.1.0",
                        "rolled ws-42/greeter back",
                        "1 install left alone",
                        "0 saw a mixture of two, 0 saw nothing",
                        "uninstalled ws-42/greeter",
                        "Done in ");
    }

    private Run run(String... args) {
        return cli.run(Stream.concat(Arrays.stream(args), Stream.of("--allow-file", "."))
                .toArray(String[]::new));
    }
}
