package dev.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a published module brings along stands in the manual, with the reason: a new dependency is a decision. */
final class DependenciesTest {

    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(.*?)</artifactId>");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    private static List<String> published() {
        return Module.PUBLISHED;
    }

    @ParameterizedTest
    @MethodSource("published")
    void theManualNamesEachDependencyOfAPublishedModuleAndNoOther(String module) throws IOException {
        String pom = Files.readString(Path.of("..", module, "pom.xml"));

        assertThat(declared(pom)).isNotEmpty().isEqualTo(explained().get(module));
    }

    private static Set<String> declared(String pom) {
        Set<String> found = new TreeSet<>();
        DEPENDENCY.matcher(pom).results().map(one -> one.group(1)).forEach(text -> {
            if (!text.contains("<scope>test</scope>") && !text.contains("<scope>provided</scope>")) {
                // What follows the first name is excluded.
                ARTIFACT.matcher(text).results().limit(1).forEach(name -> found.add(name.group(1)));
            }
        });
        return found;
    }

    /** Returns the rows of each section, which is named after its module. */
    private static Map<String, Set<String>> explained() throws IOException {
        Map<String, Set<String>> sections = new TreeMap<>();
        String manual = Files.readString(Path.of("../docs/dependencies.md"));
        for (String section : List.of(manual.split("(?m)^## holdfast-"))) {
            Set<String> rows = new TreeSet<>();
            ROW.matcher(section).results().forEach(row -> rows.add(row.group(1)));
            sections.put(section.lines().findFirst().orElse(""), rows);
        }
        return sections;
    }
}
