package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.cli.CommandLineFixture.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoTest {

    @Test
    void tellsTheWholeStoryInOrderAndLeavesNothingBehind(@TempDir Path directory) {
        Run run = new CommandLineFixture(directory, new MemoryDatabase()).run("demo");

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsSubsequence(
                        "installed ws-42/greeter at v1.0.0",
                        "greeting.txt: Hello from v1.0.0",
                        "The author releases v1.1.0",
                        "asked 1 upstream: 1 moved",
                        "queued 1 update",
                        "Apply exactly what you reviewed",
                        "applied: ws-42/greeter is at v1.1.0",
                        "greeting.txt: Hello from v1.1.0",
                        "was applied before; nothing was done",
                        "rolled ws-42/greeter back",
                        "greeting.txt: Hello from v1.0.0",
                        "1 install left alone",
                        "Nothing waits for a decision.",
                        "0 saw a mixture of two, 0 saw nothing",
                        "uninstalled ws-42/greeter",
                        "Done in ");
        assertThat(run.exit()).isZero();
        assertThat(Path.of(run.out().lines().skip(1).findFirst().orElseThrow())).doesNotExist();
    }
}
