package dev.holdfast.examples.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is never delivered, through the whole chain of resolver, guard and target. */
final class HostileCorpusTest {

    private static final int STEP = 4;
    /** What only ends after thousands of files were written. */
    private static final Predicate<String> LONG =
            Pattern.compile("2000 entries|5,000").asPredicate();

    @TempDir
    private Path directory;

    private HostilePlace place;

    @BeforeEach
    void begin() {
        place = new HostilePlace(directory);
    }

    @AfterEach
    void end() {
        place.close();
    }

    static List<HostileCase> corpus() {
        return Stream.of(HostileTrees.onDisk(), HostileDirectories.all(), LyingBundles.all())
                .flatMap(List::stream)
                .toList();
    }

    static List<HostileCase> slice() {
        List<HostileCase> all = corpus().stream()
                .filter(hostile -> !LONG.test(hostile.name() + hostile.says()))
                .toList();
        return IntStream.range(0, all.size())
                .filter(i -> i % STEP == 0)
                .mapToObj(all::get)
                .toList();
    }

    @Tag("hostile")
    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void isRefusedForItsOwnReasonAndLeavesEverythingAsItWas(HostileCase hostile) {
        hostile.assertRefused(place);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slice")
    void everyFourthIsRefusedForItsOwnReasonAndLeavesEverythingAsItWas(HostileCase hostile) {
        hostile.assertRefused(place);
    }
}
