package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.release.Verification;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.FileStep;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What an upgrade takes from the release that is live, and what it never takes, as tests: extend it for a
 * {@link DeliveryTarget} that makes hard links.
 */
public abstract class ReuseContract extends LifeCases {

    private static final int FILES = 100;

    /** For subclasses. */
    protected ReuseContract() {}

    private static Map<String, String> files(String own) {
        Map<String, String> files = new TreeMap<>();
        for (int i = 0; i < FILES; i++) {
            files.put("lib/" + i % 10 + "/part-" + i + (i % 3 == 0 ? "*" : ""), "part " + i + " of the plugin");
        }
        files.put("SKILL.md", own);
        return files;
    }

    private static String part(int i) {
        return "lib/" + i % 10 + "/part-" + i;
    }

    private Stamp install(String tag, Map<String, String> files) {
        story.release(tag, files);
        story.install("tag:" + tag);
        return story.recorded().release().stamp();
    }

    private static String release(Stamp stamp) {
        return ".releases/greeter/" + stamp;
    }

    private void write(Stamp stamp, String path, String content) {
        story.onTarget(new FileStep.WriteFile(release(stamp) + "/" + path, content));
    }

    private long linked(Stamp stamp) {
        return story.survey(release(stamp)).stream()
                .filter(file -> file.names() > 1)
                .count();
    }

    @Test
    void anUpgradeTakesWhatDidNotChangeAndSendsTheRest() {
        Stamp first = install("v1.0.0", files("one"));

        Stamp second = install("v2.0.0", files("two"));

        assertThat(linked(second)).isEqualTo(FILES);
        assertThat(linked(first)).isEqualTo(FILES);
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        assertThat(story.live())
                .containsEntry("SKILL.md", "file: two")
                .containsEntry(part(1), "file: part 1 of the plugin");
        story.assertRecordAgrees();
    }

    @Test
    void aFileThatMovedIsTakenFromItsOldPathAndOneThatChangedItsModeIsSent() {
        install("v1.0.0", Map.of("a", "moves", "b", "gets executable", "same", "same", "copied", "twice"));

        Stamp second = install(
                "v2.0.0",
                Map.of("d/e", "moves", "b*", "gets executable", "same", "same", "copied", "twice", "copy", "twice"));

        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        assertThat(story.survey(release(second)))
                .filteredOn(file -> file.names() > 1)
                .extracting(FileFacts::path)
                .contains("d/e", "same")
                .containsAnyOf("copied", "copy")
                .hasSize(3);
    }

    @Test
    void aReleaseStaysWholeWhenThoseThatItSharesFilesWithAreCollected() {
        install("v1.0.0", files("one"));
        install("v2.0.0", files("two"));
        install("v3.0.0", files("three"));
        install("v4.0.0", files("four"));
        Stamp last = install("v5.0.0", files("five"));
        story.clock().advance(Duration.ofHours(3));

        assertThat(story.holdfast().collect().failed()).isZero();

        assertThat(story.list(".releases/greeter")).hasSizeLessThan(5).contains(last.value());
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    /** Whatever was written in place, of whatever length: none of it arrives in the next release. */
    @Test
    void noFileThatWasWrittenInPlaceIsInherited() {
        Random random = new Random(58);
        Stamp first = install("v1.0.0", files("one"));
        story.onTarget(IntStream.range(0, FILES)
                .mapToObj(i -> {
                    String text = "part " + i + " of the plugin";
                    return new FileStep.WriteFile(
                            release(first) + "/" + part(i), random.nextBoolean() ? text.replace('p', 'q') : text + "!");
                })
                .toArray(FileStep[]::new));

        Stamp second = install("v2.0.0", files("two"));

        assertThat(linked(second)).isZero();
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
        assertThat(story.live()).containsEntry(part(7), "file: part 7 of the plugin");
    }

    /** The write changes both releases. The live one is found by a verification, and the older one is not made live. */
    @Test
    void aRollbackIsRefusedWithThePathWhereASharedFileWasWrittenInPlace() {
        install("v1.0.0", files("one"));
        Stamp second = install("v2.0.0", files("two"));
        write(second, part(4), "Part 4 of the plugin");

        assertThatThrownBy(story::rollback)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining(part(4))
                .hasMessageContaining("install the wanted version")
                .extracting(e -> ((PermanentException) e).reason())
                .isEqualTo(Reason.CONFLICT);

        assertThat(story.live()).containsEntry("SKILL.md", "file: two");
        assertThat(((Verification.Tampered) story.verify()).changed()).containsExactly(part(4));
        Stamp again = install("v3.0.0", files("one"));
        assertThat(linked(again)).isEqualTo(FILES - 1);
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    @Test
    void aRollbackToWhatNobodyTouchedGoesThrough() {
        install("v1.0.0", files("one"));
        install("v2.0.0", files("two"));

        story.rollback();

        assertThat(story.live()).containsEntry("SKILL.md", "file: one");
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    @Test
    void aRepairTakesNothing() {
        install("v1.0.0", files("one"));
        Stamp second = install("v2.0.0", files("two"));
        write(second, part(4), "Part 4 of the plugin");

        story.repair();

        assertThat(linked(story.recorded().release().stamp())).isZero();
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }

    @Test
    void whatIsNoRegularFileAnyMoreIsSentAgain() {
        Stamp first = install("v1.0.0", files("one"));
        story.onTarget(
                new FileStep.RemoveTree(release(first) + "/" + part(3)),
                new FileStep.PointLink(release(first) + "/" + part(3), "part-13"),
                new FileStep.RemoveTree(release(first) + "/" + part(5)),
                new FileStep.MakeDirectory(release(first) + "/" + part(5)));

        Stamp second = install("v2.0.0", files("two"));

        assertThat(linked(second)).isEqualTo(FILES - 2);
        assertThat(story.verify()).isEqualTo(new Verification.Intact());
    }
}
