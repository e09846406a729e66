package dev.holdfast.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.release.FileLines.Hunk;
import dev.holdfast.release.FileLines.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LineComparisonTest {

    private static FileLines between(String older, String newer) {
        return LineComparison.of("file", older.getBytes(UTF_8), newer.getBytes(UTF_8));
    }

    private static String numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    @Test
    void aChangedLineHasThreeLinesAroundIt() {
        String older = numbers(1, 20);

        FileLines found = between(older, older.replace("\n10\n", "\nten\n"));

        assertThat(found.kind()).isEqualTo(Kind.TEXT);
        assertThat(found.cut()).isFalse();
        assertThat(found.hunks())
                .containsExactly(new Hunk(7, 7, List.of(" 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13")));
    }

    @Test
    void changesFarApartAreTwoHunksWithTheNumbersOfBothFiles() {
        String older = numbers(1, 40);

        FileLines found = between(older, "0\n" + older.replace("\n30\n", "\n"));

        assertThat(found.hunks())
                .containsExactly(
                        new Hunk(1, 1, List.of("+0", " 1", " 2", " 3")),
                        new Hunk(27, 28, List.of(" 27", " 28", " 29", "-30", " 31", " 32", " 33")));
    }

    @Test
    void whatIsNoTextHasNoLines() {
        assertThat(between("a\0b", "text").kind()).isEqualTo(Kind.BINARY);
        assertThat(LineComparison.of("file", new byte[] {(byte) 0xff}, "text".getBytes(UTF_8))
                        .kind())
                .isEqualTo(Kind.BINARY);
    }

    @Test
    void theSameTextHasNoHunks() {
        assertThat(between("same\n", "same\n").hunks()).isEmpty();
        assertThat(between("", "").hunks()).isEmpty();
    }

    @Test
    void emptyFilesAreAllNewOrAllGone() {
        assertThat(between("", "a\nb\n").hunks()).containsExactly(new Hunk(1, 1, List.of("+a", "+b")));
        assertThat(between("a\nb", "").hunks()).containsExactly(new Hunk(1, 1, List.of("-a", "-b")));
    }

    @Test
    void moreThanFourHundredLinesAreCut() {
        FileLines found = between(numbers(1, 1000), numbers(2001, 3000));

        assertThat(found.hunks().stream().mapToInt(hunk -> hunk.lines().size()).sum())
                .isEqualTo(400);
        assertThat(found.cut()).isTrue();
    }

    @Test
    void aLongLineIsCutShort() {
        assertThat(between("a", "b".repeat(60_000)).hunks().get(0).lines().get(1))
                .hasSize(401);
    }

    @Test
    void manyShortLinesAreComparedWithinBounds() {
        String older = "a\n".repeat(32_000);
        String newer = "b\n".repeat(32_000);

        assertThat(between(older, newer).cut()).isTrue();
        assertThat(between("x\n" + older, "y\n" + older).hunks()).hasSize(1);
    }

    /** What is shown leads from the older file to the newer, whatever they are. */
    @Test
    void applyingWhatIsShownGivesTheNewerFile() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            List<String> older = drawn(random);
            List<String> newer = drawn(random);

            FileLines found = between(String.join("\n", older) + "\n", String.join("\n", newer) + "\n");

            assertThat(applied(older, found)).as("%s to %s", older, newer).isEqualTo(newer);
        }
    }

    private static List<String> drawn(Random random) {
        return IntStream.range(0, 1 + random.nextInt(30))
                .mapToObj(i -> String.valueOf((char) ('a' + random.nextInt(4))))
                .toList();
    }

    private static List<String> applied(List<String> older, FileLines found) {
        List<String> result = new ArrayList<>();
        int at = 0;
        for (Hunk hunk : found.hunks()) {
            while (at < hunk.before() - 1) {
                result.add(older.get(at++));
            }
            assertThat(result).hasSize(hunk.after() - 1);
            for (String line : hunk.lines()) {
                if (line.charAt(0) != '-') {
                    result.add(line.substring(1));
                }
                if (line.charAt(0) != '+') {
                    assertThat(older.get(at++)).isEqualTo(line.substring(1));
                }
            }
        }
        result.addAll(older.subList(at, older.size()));
        return result;
    }
}
