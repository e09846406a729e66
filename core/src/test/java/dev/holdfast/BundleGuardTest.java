package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.BundleEntry;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class BundleGuardTest {

    private static BundleEntry file(String path) {
        return new BundleEntry.File(path, 1, false);
    }

    private static BundleEntry link(String path, String target) {
        return new BundleEntry.Link(path, target);
    }

    private static void admit(BundleLimits limits, List<BundleEntry> entries) {
        BundleGuard guard = new BundleGuard(limits);
        entries.forEach(guard::admit);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("parent directory", List.of(file("../passwd"))),
                Arguments.of("parent in the middle", List.of(file("a/../../passwd"))),
                Arguments.of("absolute path", List.of(file("/etc/passwd"))),
                Arguments.of("empty segment", List.of(file("a//b"))),
                Arguments.of("single dot", List.of(file("./a"))),
                Arguments.of("NUL in the name", List.of(file("a\0b"))),
                Arguments.of("newline in the name", List.of(file("a\nb"))),
                Arguments.of("broken surrogate", List.of(file("a\ud800b"))),
                Arguments.of("our own marker", List.of(file(".complete"))),
                Arguments.of("our own marker as a directory", List.of(file(".complete/x"))),
                Arguments.of("git repository", List.of(file(".git/config"))),
                Arguments.of("git repository in a subdirectory", List.of(file("a/.GIT/hooks/post-checkout"))),
                Arguments.of("git repository with an invisible letter", List.of(file("a/.g\u200cit/config"))),
                Arguments.of("git repository in full width", List.of(file("\uff0egit/config"))),
                Arguments.of("git repository with dots at the end", List.of(file(".git. ./config"))),
                Arguments.of("git repository as a stream", List.of(file(".git::$INDEX_ALLOCATION/config"))),
                Arguments.of("git repository by its short name", List.of(file("GIT~1/config"))),
                Arguments.of("our own marker in capitals", List.of(file(".COMPLETE"))),
                Arguments.of("control character of the second block", List.of(file("a\u009b31m"))),
                Arguments.of("link to broken Unicode", List.of(link("leak", "a\ud800"))),
                Arguments.of("negative size", List.of(new BundleEntry.File("a", -1, false))),
                Arguments.of("device", List.of(new BundleEntry.Special("tty", "device"))),
                Arguments.of("absolute link", List.of(link("leak", "/etc/passwd"))),
                Arguments.of("link out of the tree", List.of(link("leak", "../outside"))),
                Arguments.of("deep link out of the tree", List.of(link("a/b/leak", "../../../outside"))),
                Arguments.of(
                        "link that turns back after a name", List.of(link("d", "."), link("leak", "d/../outside"))),
                Arguments.of("empty link", List.of(link("leak", ""))),
                Arguments.of("write through a link", List.of(link("d", "e"), file("d/x"))),
                Arguments.of("link over a directory", List.of(file("d/x"), link("d", "e"))),
                Arguments.of("file over a directory", List.of(file("d/x"), file("d"))),
                Arguments.of("twice", List.of(file("a"), file("a"))),
                Arguments.of("names that differ in case", List.of(file("README"), file("readme"))),
                Arguments.of("directories that differ in case", List.of(file("Docs/a"), file("docs/b"))),
                Arguments.of("names that differ in Unicode form", List.of(file("caf\u00e9"), file("cafe\u0301"))),
                Arguments.of("name no file system takes", List.of(file("x".repeat(256)))),
                Arguments.of("path beyond the limit", List.of(file("aaaaaaaaa/".repeat(110) + "x"))),
                Arguments.of("deeper than the limit", List.of(file("a/".repeat(64) + "x"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesByName(String what, List<BundleEntry> entries) {
        assertThatThrownBy(() -> admit(BundleLimits.standard(), entries))
                .as(what)
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUNDLE_REFUSED))
                .hasMessageContaining("the bundle is refused");
    }

    @Test
    void refusesMoreThanTheHostAllows() {
        BundleLimits limits = BundleLimits.standard().bytes(10, 6).entries(3);

        assertThatThrownBy(() -> admit(limits, List.of(new BundleEntry.File("a", 7, false))))
                .hasMessageContaining("'a' has 7 bytes, more than the 6");
        assertThatThrownBy(() -> admit(
                        limits, List.of(new BundleEntry.File("a", 6, false), new BundleEntry.File("b", 5, false))))
                .hasMessageContaining("more than 10 bytes in all");
        assertThatThrownBy(() -> admit(limits, List.of(file("a"), file("b"), file("c"), file("d"))))
                .hasMessageContaining("more than 3 entries");
    }

    @Test
    void countsDirectoriesThatAreOnlyImplied() {
        BundleLimits limits = BundleLimits.standard().entries(100);

        assertThatThrownBy(() -> admit(limits, List.of(file("a/".repeat(60) + "x"), file("b/".repeat(60) + "x"))))
                .hasMessageContaining("more than 100 entries");
    }

    @Test
    void addsUpSizesWithoutOverflow() {
        BundleLimits limits = BundleLimits.standard().bytes(Long.MAX_VALUE, Long.MAX_VALUE);

        assertThatThrownBy(() -> admit(
                        limits,
                        List.of(
                                new BundleEntry.File("a", Long.MAX_VALUE, false),
                                new BundleEntry.File("b", Long.MAX_VALUE, false))))
                .hasMessageContaining("bytes in all");
    }

    @Test
    void refusesWhatWouldMakeTheMarkerTooLargeToBeReadBack() {
        BundleGuard guard = new BundleGuard(BundleLimits.standard(), 500);
        guard.admit(file("f".repeat(200)));

        assertThatThrownBy(() -> guard.admit(file("g".repeat(250))))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE))
                .hasMessageContaining("list of paths");
    }

    @Test
    void showsNothingInItsMessagesThatATerminalWouldObey() {
        assertThatThrownBy(() -> admit(BundleLimits.standard(), List.of(file("a\u009b31m\u202e\u2028x"))))
                .hasMessageContaining("'a?31m??x'");
    }

    @Test
    void letsOrdinaryTreesThrough() {
        assertThatCode(() -> admit(
                        BundleLimits.standard(),
                        List.of(
                                new BundleEntry.Directory("docs"),
                                file("docs/a b.md"),
                                file("docs/.gitignore"),
                                file(".gitmodules"),
                                file("\ud83d\udc69\u200d\ud83d\udcbb.md"),
                                file("..\\windows\\style"),
                                file("sub/.complete"),
                                file("\u00fcber/\u65e5\u672c"),
                                link("latest", "docs/a b.md"),
                                link("sub/up", "../docs"),
                                link("sub/here", "."),
                                file("-rf"))))
                .doesNotThrowAnyException();
    }
}
