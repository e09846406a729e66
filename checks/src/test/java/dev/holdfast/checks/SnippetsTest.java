package dev.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What README and manual show as Java is code that the compiler has seen and, mostly, tests have run. */
final class SnippetsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    private static final List<String> CODE = Module.below(ROOT).stream()
            .flatMap(module -> Stream.concat(module.sources().stream(), module.testSources().stream()))
            .map(file -> spaced(text(file)))
            .toList();

    static List<Path> manual() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(ROOT.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("manual")
    void everySnippetIsCodeOfThisRepository(Path page) {
        assertThat(snippets(page))
                .filteredOn(snippet -> CODE.stream().noneMatch(code -> code.contains(spaced(snippet))))
                .isEmpty();
    }

    @Test
    void thereAreSnippetsOrTheRuleMeansNothing() throws IOException {
        assertThat(manual()).flatMap(SnippetsTest::snippets).hasSizeGreaterThan(10);
    }

    private static List<String> snippets(Path page) {
        return SNIPPET.matcher(text(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Indentation, and the place of a comment in its line, are the formatter's. */
    private static String spaced(String code) {
        return code.strip().replaceAll("\\s+", " ");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
