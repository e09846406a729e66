package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.cli.CommandLineFixture.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgreSqlDatabaseTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.com/shop?user=shop&password=s3cret",
                "jdbc:postgresql://db.example.com/shop?password=s3cret",
                "jdbc:postgresql://shop:s3cret@db.example.com/shop",
                "jdbc:h2:mem:shop;s3cret"
            })
    void aUrlThatHoldsAPasswordOrIsNoPostgreSqlsIsRefusedWithoutRepeatingIt(String url) {
        Run run = new CommandLineFixture(directory, new PostgreSqlDatabase()).run("list", "--jdbc", url);

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("--jdbc").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = "jdbc:postgresql://127.0.0.1:1/shop?user=shop&connectTimeout=1")
    void aDatabaseThatCannotBeReachedIsWorthAnotherTry(String url) {
        Run run = new CommandLineFixture(directory, new PostgreSqlDatabase()).run("list", "--jdbc", url);

        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.err()).contains("(STORE").doesNotContain("\tat ");
    }
}
