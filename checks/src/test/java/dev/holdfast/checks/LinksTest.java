package dev.holdfast.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where links of the manual lead: to a file of the repository, and to a heading of it. */
final class LinksTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile(BLOCK + "|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|node_modules|\\..*)/.*"))
                    .toList();
        }
    }

    @Test
    void eachLinkLeadsToAFileAndAHeadingOfIt() throws IOException {
        List<Path> pages = pages();

        assertThat(pages).hasSizeGreaterThan(50);
        assertThat(pages)
                .allSatisfy(page -> assertThat(dead(page)).as(page.toString()).isEmpty());
    }

    @Test
    void eachPageOfTheManualHasAPlaceInTheNavigationOfTheSite() throws IOException {
        String navigation = Files.readString(ROOT.resolve("docs/site/pages.mjs"));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".md"))
                            .map(file -> "\"docs/" + file.getFileName() + "\""))
                    .isNotEmpty()
                    .allMatch(navigation::contains);
        }
    }

    @Test
    void aLinkToNothingAndAHeadingThatIsNoneAreFound() {
        Path page = ROOT.resolve("docs/hosts.md");

        assertThat(dead(page, "[a](nowhere.md), [b](admin.md#nothing), [c](#nothing), `[d](code.md)`"))
                .containsExactly("nowhere.md", "admin.md#nothing", "#nothing");
        assertThat(dead(
                        page,
                        "[a](admin.md#what-operators-do-there), [b](../README.md), [c](https://nowhere.invalid/x)"))
                .isEmpty();
    }

    @Test
    void aCommentInABlockOfCodeIsNoHeading() {
        assertThat(anchors("## What `migrate()` does\n\n```sh\n# Not this one\n```\n\n# Nor\n"))
                .containsExactlyInAnyOrder("what-migrate-does", "nor");
    }

    private static List<String> dead(Path page) {
        return dead(page, text(page));
    }

    private static List<String> dead(Path page, String text) {
        return LINK.matcher(CODE.matcher(text).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !ELSEWHERE.matcher(target).matches())
                .filter(target -> !leads(page, target))
                .toList();
    }

    private static boolean leads(Path page, String target) {
        int sign = target.indexOf('#');
        String path = sign < 0 ? target : target.substring(0, sign);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        return Files.exists(file) && (sign < 0 || anchors(file).contains(target.substring(sign + 1)));
    }

    /** Returns what a heading is called in links: its letters and digits in lower case, with dashes for spaces. */
    private static Set<String> anchors(Path file) {
        return anchors(text(file));
    }

    private static Set<String> anchors(String text) {
        return HEADING.matcher(BLOCK.matcher(text).replaceAll(""))
                .results()
                .map(LinksTest::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
