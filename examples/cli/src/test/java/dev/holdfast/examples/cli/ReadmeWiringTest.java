package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeWiringTest {

    private static final Path README = Path.of("../../README.md");
    private static final Path CODE = Path.of("src/test/java/dev/holdfast/examples/cli/ReadmeWiring.java");
    private static final Pattern BLOCK = Pattern.compile("ReadmeWiring -->\\s*```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theCodeInTheReadmeIsCodeThatTheCompilerHasSeen() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(README))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(blocks).isNotEmpty();
        String code = spaced(Files.readString(CODE));
        assertThat(blocks).allSatisfy(block -> assertThat(code).contains(spaced(block)));
    }

    /** Indentation and the place of a comment in its line are the formatter's. */
    private static String spaced(String code) {
        return code.strip().replaceAll("\\s+", " ");
    }
}
