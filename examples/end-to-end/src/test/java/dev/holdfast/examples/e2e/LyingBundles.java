package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.LyingResolver.Piece.directory;
import static dev.holdfast.examples.e2e.LyingResolver.Piece.file;
import static dev.holdfast.examples.e2e.LyingResolver.Piece.link;
import static dev.holdfast.examples.e2e.LyingResolver.Piece.special;

import dev.holdfast.examples.e2e.LyingResolver.Piece;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Bundles that no honest source gives. */
final class LyingBundles {

    private final List<HostileCase> cases = new ArrayList<>();

    private LyingBundles() {}

    static List<HostileCase> all() {
        LyingBundles bundles = new LyingBundles();
        bundles.paths();
        bundles.links();
        bundles.kinds();
        bundles.sizes();
        return bundles.cases;
    }

    private void paths() {
        refused("entry ..", "'.' or '..'", file("..", "x"));
        refused("entry .", "'.' or '..'", directory("."));
        refused("empty path", "empty segment", file("", "x"));
        refused("parent directory", "'.' or '..'", file("../../outside/canary", "dead"));
        refused("parent in the middle", "'.' or '..'", file("a/../../../outside/canary", "dead"));
        refused("absolute path", "absolute path", file("/tmp/holdfast-canary", "dead"));
        refused("slash at the end", "empty segment", file("a/", "x"));
        refused("NUL in a name", "control characters", file("a\0b", "x"));
        refused("newline that would forge a marker line", "control characters", file("a\nend 1", "x"));
        refused("escape of a terminal", "control characters", file("a\u001b[2Jb", "x"));
        refused("escape of the second control block", "control characters", file("a\u009b2Jb", "x"));
        refused("half a surrogate pair", "broken Unicode", file("a\ud800", "x"));
        refused("marker", "own marker", file(".complete", "holdfast-release 1\n"));
        refused("marker in capitals", "own marker", file(".COMPLETE", "x"));
        refused("marker as directory", "own marker", file(".complete/x", "x"));
        refused("marker as link", "own marker", link(".complete", "a"));
        refused("git directory below", "git repository", file("a/.git/config", "x"));
        refused("git directory in capitals", "git repository", file(".GIT/config", "x"));
        refused("git directory of HFS+", "git repository", file(".g\u200cit/config", "x"));
        refused("git directory of NTFS", "git repository", file("git~1/config", "x"));
        refused("git directory with a stream", "git repository", file(".git::$INDEX_ALLOCATION/config", "x"));
        refused("one name twice", "occurs twice", file("a", "x"), file("a", "y"));
        refused("names that differ in case", "one name where case", file("A", "x"), file("a", "y"));
        refused("names that differ in Unicode form", "Unicode form", file("\u00e9", "x"), file("e\u0301", "y"));
        refused("ligature", "Unicode form", file("\ufb01le", "x"), file("file", "y"));
        refused("name of 256 bytes", "more than 255 bytes", file("x".repeat(256), "x"));
        refused("path of 2,000 bytes", "more than 1024 bytes", file("aaaaaaaaa/".repeat(200) + "x", "x"));
        refused("5,000 directories deep", "path of more than", file("a/".repeat(5_000) + "x", "x"));
        refused("65 directories deep", "deeper than 64", file("a/".repeat(65) + "x", "x"));
    }

    private void links() {
        refused("absolute link", "relative links inside", link("leak", "/etc/passwd"));
        refused("link out of the tree", "out of the tree", link("leak", "../../../outside"));
        refused("link out from below", "out of the tree", link("a/b/leak", "../../../x"));
        refused("link that turns back", "out of the tree", link("d", "."), link("leak", "d/../../outside"));
        refused("empty link", "relative links inside", link("leak", ""));
        refused("link with a newline", "relative links inside", link("leak", "a\nb"));
        refused("write through a link", "entries below it", link("d", "e"), file("d/canary", "dead"));
        refused(
                "write through a link out of the tree",
                "out of the tree",
                link("d", "../../../outside"),
                file("d/canary", "dead"));
        refused("link in the place of a directory", "occurs twice", directory("d"), link("d", "e"));
        refused("file below a file", "entries below it", file("d", "x"), file("d/e", "x"));
        refused("file in the place of a directory", "occurs twice", file("d/e", "x"), file("d", "x"));
    }

    private void kinds() {
        for (String kind : List.of("device", "socket", "pipe", "hard link", "submodule")) {
            refused("a " + kind, "is a " + kind, special("tty", kind));
        }
    }

    private void sizes() {
        refused("negative size", "-1 bytes", file("a", -1, "x"));
        lie("file of 8 EiB", Reason.TOO_LARGE, "bytes, more than the", () -> Stream.of(file("a", Long.MAX_VALUE, "x")));
        lie("file beyond the limit", Reason.TOO_LARGE, "'a' has", () -> Stream.of(file("a", 5 << 20, "x")));
        lie(
                "files beyond the limit together",
                Reason.TOO_LARGE,
                "bytes in all",
                () -> IntStream.range(0, 4).mapToObj(i -> zeros("f" + i, 3 << 20)));
        lie(
                "content that never ends",
                Reason.UNREACHABLE,
                "longer than the 4 bytes",
                () -> Stream.of(new Piece(new BundleEntry.File("a", 4, false), Endless::new)));
        lie("content longer than said", Reason.UNREACHABLE, "longer than", () -> Stream.of(file("a", 1, "xyz")));
        lie("content shorter than said", Reason.UNREACHABLE, "ended", () -> Stream.of(file("a", 9, "xyz")));
        lie(
                "entries without end",
                Reason.TOO_LARGE,
                "more than 2000 entries",
                () -> Stream.iterate(0, i -> i + 1).map(i -> directory("d" + i)));
        lie(
                "one directory without end",
                Reason.TOO_LARGE,
                "more than 2000 entries",
                () -> Stream.generate(() -> directory("d")));
        lie(
                "directories that are only implied",
                Reason.TOO_LARGE,
                "more than 2000 entries",
                () -> Stream.iterate(0, i -> i + 1).map(i -> file(i + "/d".repeat(60), "x")));
    }

    private static Piece zeros(String path, int size) {
        return new Piece(
                new BundleEntry.File(path, size, false), () -> new java.io.ByteArrayInputStream(new byte[size]));
    }

    private void refused(String name, String says, Piece... pieces) {
        lie(name, Reason.BUNDLE_REFUSED, says, () -> Stream.of(pieces));
    }

    private void lie(String name, Reason reason, String says, Supplier<Stream<Piece>> pieces) {
        cases.add(HostileCase.of("bundle: " + name, reason, says, place -> {
            place.lying().deliver(pieces);
            return LyingResolver.SOURCE;
        }));
    }

    private static final class Endless extends InputStream {

        @Override
        public int read() {
            return 'x';
        }
    }
}
