package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileFacts;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.Twin;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Cases of files that are on the target already. A target that cannot tell what stands there, or makes no hard links,
 * passes them by saying so and by writing the content.
 */
abstract class TwinCases extends SwapCases {

    private static final long THEN = 1_600_000_000;
    private static final long LATER = 1_700_000_000;
    private static final String ODD = "Gr\u00fc\u00dfe/ it's $(x) [a]/" + "n".repeat(150);

    private static BundleEntry.File file(String path, String text) {
        return new BundleEntry.File(path, text.length(), path.endsWith("run")).modified(THEN);
    }

    private void uploadOlder() {
        upload(
                ".releases/p/older",
                new EntryBundle()
                        .add(file("d/same", "same"), "same")
                        .add(file("run", "#!/bin/sh"), "#!/bin/sh")
                        .add(file(ODD, "odd"), "odd")
                        .add(file("nothing", ""), ""));
    }

    private Optional<Map<String, FileFacts>> surveyed(String directory) {
        ScriptResult result = session.run(FileScript.of(new FileStep.SurveyFiles(directory)));
        assertThat(result).isInstanceOf(ScriptResult.Completed.class);
        assertThat(((ScriptResult.Completed) result).answers()).hasSize(1);
        return ((ScriptResult.Answer.Files)
                        ((ScriptResult.Completed) result).answers().get(0))
                .files()
                .map(files -> files.stream().collect(Collectors.toMap(FileFacts::path, Function.identity())));
    }

    private static FileFacts facts(Map<String, FileFacts> files, String path) {
        return Objects.requireNonNull(files.get(path), path);
    }

    /** A target need not set times: then nothing on it is ever taken for what was delivered. */
    private static boolean keepsTimes(Map<String, FileFacts> files) {
        return facts(files, "d/same").modified() == THEN;
    }

    private static Twin twin(String path, FileFacts facts) {
        return new Twin(path, facts.modified(), facts.user(), facts.group());
    }

    @Test
    void aSurveyTellsSizeTimeAndModeOfEveryRegularFile() {
        uploadOlder();
        given(new FileStep.PointLink(".releases/p/older/d/way", "same"));

        Optional<Map<String, FileFacts>> files = surveyed(".releases/p/older");

        files.ifPresent(found -> {
            assertThat(found).containsOnlyKeys("d/same", "run", ODD, "nothing");
            assertThat(facts(found, "d/same"))
                    .isEqualTo(new FileFacts(
                            "d/same",
                            4,
                            facts(found, "d/same").modified(),
                            0644,
                            facts(found, "run").user(),
                            facts(found, "run").group(),
                            1));
            assertThat(facts(found, "run").mode()).isEqualTo(0755);
            assertThat(facts(found, "nothing").size()).isZero();
        });
        assertThat(surveyed("absent").map(Map::size).orElse(0)).isZero();
    }

    @Test
    void aSurveyIsAnsweredAmongStepsThatChangeSomething() {
        uploadOlder();

        ScriptResult result = run(
                new FileStep.MakeDirectory("made"),
                new FileStep.SurveyFiles(".releases/p/older"),
                new FileStep.WriteFile("made/f", "f"),
                new FileStep.SurveyFiles("made"));

        assertThat(((ScriptResult.Completed) result).answers()).hasSize(2);
        assertThat(((ScriptResult.Answer.Files)
                                ((ScriptResult.Completed) result).answers().get(1))
                        .files()
                        .map(files -> files.get(0).path())
                        .orElse("f"))
                .isEqualTo("f");
    }

    @Test
    void whatAScriptIsAskedItAnswersInTheOrderOfItsSteps() {
        uploadOlder();
        String older = ".releases/p/older/";

        ScriptResult result = run(
                new FileStep.PointLink("made", older + "run"),
                new FileStep.ReadLink("made"),
                new FileStep.ReadText(older + "run", 1000),
                new FileStep.ReadLink(older + "run"),
                new FileStep.ReadLink(older + "d"),
                new FileStep.RemoveTree("made"),
                new FileStep.ReadLink("made"),
                new FileStep.ReadText(older + "nothing", 1000),
                new FileStep.ReadText(older + "run", 8),
                new FileStep.ReadText("absent", 1000),
                new FileStep.ReadText(older + "d", 1000));

        assertThat(((ScriptResult.Completed) result).answers())
                .containsExactly(
                        new ScriptResult.Answer.Link(Optional.of(older + "run")),
                        new ScriptResult.Answer.Text(Optional.of("#!/bin/sh")),
                        new ScriptResult.Answer.Link(Optional.empty()),
                        new ScriptResult.Answer.Link(Optional.empty()),
                        new ScriptResult.Answer.Link(Optional.empty()),
                        new ScriptResult.Answer.Text(Optional.of("")),
                        new ScriptResult.Answer.Text(Optional.empty()),
                        new ScriptResult.Answer.Text(Optional.empty()),
                        new ScriptResult.Answer.Text(Optional.empty()));
    }

    @Test
    void aFileWithATwinIsLinkedAndNotReadOrElseWritten() {
        uploadOlder();
        Optional<Map<String, FileFacts>> before = surveyed(".releases/p/older");
        EntryBundle newer = new EntryBundle().add(file("first", "1").modified(LATER), "1");
        before.ifPresent(files -> newer.add(
                        file("e/moved", "same")
                                .modified(LATER)
                                .twin(twin(".releases/p/older/d/same", facts(files, "d/same"))),
                        "same")
                .add(
                        file("run", "#!/bin/sh")
                                .modified(LATER)
                                .twin(twin(".releases/p/older/run", facts(files, "run"))),
                        "#!/bin/sh")
                .add(
                        file(ODD, "odd").modified(LATER).twin(twin(".releases/p/older/" + ODD, facts(files, ODD))),
                        "odd"));
        newer.add(file(".complete", "done").modified(LATER), "done");

        upload(".staging/p/newer", newer);

        before.ifPresent(files -> {
            assertThat(downloaded(".staging/p/newer"))
                    .containsEntry("e/moved", "file: same")
                    .containsEntry("run", "executable: #!/bin/sh")
                    .containsEntry(ODD, "file: odd")
                    .containsEntry(".complete", "file: done");
            Map<String, FileFacts> after = surveyed(".staging/p/newer").orElseThrow();
            after.forEach((path, facts) -> {
                boolean written = newer.wasRead(path);
                assertThat(facts.names()).as(path).isEqualTo(written ? 1 : 2);
                if (keepsTimes(files)) {
                    assertThat(facts.modified()).as(path).isEqualTo(written ? LATER : THEN);
                }
            });
            assertThat(nameless(surveyed(".releases/p/older").orElseThrow()))
                    .as("nothing of the older ones changes")
                    .isEqualTo(nameless(files));
        });
    }

    private static Map<String, FileFacts> nameless(Map<String, FileFacts> files) {
        return files.values().stream()
                .map(f -> new FileFacts(f.path(), f.size(), f.modified(), f.mode(), f.user(), f.group(), 0))
                .collect(Collectors.toMap(FileFacts::path, Function.identity()));
    }

    @Test
    void aTwinThatCannotBeLinkedIsAnsweredByItsContent() {
        uploadOlder();
        given(new FileStep.PointLink("way", ".releases/p/older/run"));
        for (String bad : new String[] {"absent/file", ".releases/p/older/d"}) {
            EntryBundle newer = new EntryBundle()
                    .add(file("a", "aa"), "aa")
                    .add(file("same", "same").twin(new Twin(bad, THEN, 0, 0)), "same")
                    .add(file("z", "zz"), "zz")
                    .add(file(".complete", "done"), "done");
            String directory = "new-" + bad.length();

            upload(directory, newer);

            assertThat(downloaded(directory))
                    .as("twin %s", bad)
                    .containsEntry("a", "file: aa")
                    .containsEntry("same", "file: same")
                    .containsEntry("z", "file: zz")
                    .containsEntry(".complete", "file: done");
        }
        assertThat(downloaded(".releases/p/older")).containsEntry("d/same", "file: same");
    }

    @Test
    void aReleaseOutlivesTheOneThatItWasLinkedTo() {
        uploadOlder();
        Optional<FileFacts> facts = surveyed(".releases/p/older").map(files -> facts(files, "d/same"));
        BundleEntry.File same = file("same", "same");
        upload(
                "newer",
                new EntryBundle()
                        .add(
                                facts.map(f -> same.twin(twin(".releases/p/older/d/same", f)))
                                        .orElse(same),
                                "same")
                        .add(file(".complete", "done"), "done"));

        given(new FileStep.RemoveTree(".releases/p/older"));

        assertThat(downloaded("newer")).containsEntry("same", "file: same");
    }

    @Test
    void whatIsUploadedOverNothingNeverWritesThroughALink() throws IOException {
        uploadOlder();
        Optional<FileFacts> facts = surveyed(".releases/p/older").map(files -> facts(files, "d/same"));
        BundleEntry.File same = file("same", "same");
        upload(
                "newer",
                new EntryBundle()
                        .add(
                                facts.map(f -> same.twin(twin(".releases/p/older/d/same", f)))
                                        .orElse(same),
                                "same"));

        given(new FileStep.RemoveTree("newer/same"), new FileStep.WriteFile("newer/same", "other"));

        assertThat(downloaded(".releases/p/older")).containsEntry("d/same", "file: same");
        try (Bundle bundle = session.download("newer")) {
            assertThat(Bundles.contents(bundle)).containsEntry("same", "file: other");
        }
    }
}
