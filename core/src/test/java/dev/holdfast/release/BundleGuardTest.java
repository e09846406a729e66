package dev.holdfast.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.BundleEntry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
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
                Arguments.of("our own marker with an invisible letter", List.of(file(".compl\u200dete"))),
                Arguments.of("a name that reads backwards", List.of(file("a\u202egpj.sh"))),
                Arguments.of("a line separator in the name", List.of(file("a\u2028b"))),
                Arguments.of("a link that reads backwards", List.of(link("a", "b\u2066c"))),
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
                .hasMessageContaining("'a\\u{9b}31m\\u{202e}\\u{2028}x'");
    }

    @ParameterizedTest
    @CsvSource({
        "STRA\u1e9eE,strasse", "\u1e9e,\u00df", "\u00df,ss", "ab,a\u200db", "ab,a\u00adb", "ab,a\ufe0fb",
        "\u00fc,u\u0308", "\u0130,i\u0307", "\u03a3,\u03c2", "\u1fb3,\u0391\u0399", "\u212a,k", "\ufb01,FI"
    })
    void refusesTwoNamesThatAFoldingFileSystemTakesForOneAndNamesBoth(String one, String other) {
        assertThatThrownBy(() -> admit(BundleLimits.standard(), List.of(file("d/" + one), file("d/" + other))))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUNDLE_REFUSED))
                .hasMessageContaining("one name where case")
                .message()
                .matches(message -> message.split("'d/", -1).length == 3, "names both");
    }

    /** Sets of icons and fonts have such names; no file system folds compatibility forms. */
    @ParameterizedTest
    @CsvSource({
        "x\u00b2,x2",
        "\u2460.svg,1.svg",
        "\uff11,1",
        "\uff71,\u30a2",
        "\u2163,IV",
        "\u2122,tm",
        "a\u00a0b,'a b'",
        "\u2026,...",
        "\u0131,i",
        "\ufb01,fj"
    })
    void letsNamesThroughThatNoFileSystemTakesForOne(String one, String other) {
        assertThatCode(() -> admit(BundleLimits.standard(), List.of(file("d/" + one), file("d/" + other))))
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheInvisibleLetterByWhichTwoNamesDiffer() {
        assertThatThrownBy(() -> admit(BundleLimits.standard(), List.of(file("ab"), file("a\u200db"))))
                .hasMessageContaining("'a\\u{200d}b' and 'ab'");
    }

    @Test
    void deliversLinksWithoutNeedlessSlashes() {
        BundleGuard guard = new BundleGuard(BundleLimits.standard());

        assertThat(guard.admit(link("sub/a", "d/"))).isEqualTo(link("sub/a", "d"));
        assertThat(guard.admit(link("sub/b", "d//e///f"))).isEqualTo(link("sub/b", "d/e/f"));
        assertThat(guard.admit(link("sub/c", "../"))).isEqualTo(link("sub/c", ".."));
        assertThat(guard.admit(link("sub/d", "./e"))).isEqualTo(link("sub/d", "./e"));
    }

    @Test
    void takesLinksThatEveryFileSystemTakesAndNoLongerOnes() {
        assertThatCode(() -> admit(BundleLimits.standard(), List.of(link("l", "\u00fc".repeat(511) + "x"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> admit(BundleLimits.standard(), List.of(link("l", "\u00fc".repeat(512)))))
                .hasMessageContaining("a path of 1024 bytes, more than the 1023");
    }

    @Test
    void refusesABundleThatHoldsNothing() {
        BundleGuard guard = new BundleGuard(BundleLimits.standard());
        guard.admit(new BundleEntry.Directory("docs"));

        assertThatThrownBy(guard::complete).hasMessageContaining("no file and no link");

        guard.admit(link("docs/l", "."));
        assertThatCode(guard::complete).doesNotThrowAnyException();
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
