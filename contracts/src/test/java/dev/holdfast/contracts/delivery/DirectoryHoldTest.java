package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.CollectReport;
import dev.holdfast.HoldReport;
import dev.holdfast.ReaderHold;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.HeldReleases;
import dev.holdfast.release.HoldFunctions;
import dev.holdfast.release.PluginDirectory;
import dev.holdfast.release.PluginHold;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of a directory that hold what they use, written in Java, Python and JavaScript. */
final class DirectoryHoldTest {

    private static final PluginName GREETER = PluginName.of("greeter");

    @TempDir
    private Path directory;

    private Path root;
    private PluginStory story;

    @BeforeEach
    void begin() {
        root = directory.resolve("plugins");
        story = new PluginStory(DirectoryTarget.create().durable(false), TargetAddress.parse("dir://" + root));
        install(1);
    }

    @AfterEach
    void end() {
        story.close();
    }

    @Test
    void aReaderInJavaKeepsItsReleaseUntilItClosesTheHold() throws IOException {
        PluginHold hold = hold("session-1");
        upgradeUntilTheFirstIsDue();

        assertThat(collect().held()).hasSize(1);
        assertThat(hold.path().resolve("SKILL.md")).hasContent("release 1");
        assertThat(hold.refresh()).isTrue();

        hold.close();

        assertThat(collect().releases()).isEqualTo(1);
        assertThat(hold.path()).doesNotExist();
        assertThat(hold.refresh()).isFalse();
        hold.close();
    }

    @Test
    void aHoldSaysSinceWhenAndOfWhichProcess() throws IOException {
        try (PluginHold hold = hold("session-1")) {
            assertThat(Files.readString(holds().get(0)))
                    .startsWith("holdfast-hold 1\nsince 20")
                    .contains("\nprocess " + ProcessHandle.current().pid() + " ");
            assertThat(holds().get(0).getFileName().toString())
                    .startsWith(hold.release().stamp() + ".session-1.");
        }
        assertThat(holds()).isEmpty();
    }

    @Test
    void twoHoldsOfOneHolderDoNotEndEachOther() throws IOException {
        PluginHold one = hold("session");
        PluginHold two = hold("session");

        one.close();

        assertThat(two.refresh()).isTrue();
        assertThat(one.refresh()).isFalse();
    }

    @Test
    void aHoldThatAPersonRemovedIsNotMadeAgainByItsHolder() throws IOException {
        PluginHold hold = hold("session-1");
        Files.delete(holds().get(0));

        assertThat(hold.refresh()).isFalse();
        assertThat(holds()).isEmpty();
    }

    @Test
    void aRefreshSetsTheTimeOfTheHold() throws IOException {
        PluginHold hold = hold("session-1");
        Path file = holds().get(0);
        String content = Files.readString(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

        assertThat(hold.refresh()).isTrue();

        assertThat(Files.getLastModifiedTime(file).toInstant()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(file).hasContent(content);
    }

    @Test
    void nothingIsHeldWhereThereIsNoCompletePlugin() throws IOException {
        Files.delete(root.resolve("greeter").toRealPath().resolve(".complete"));

        assertThat(PluginDirectory.at(root).hold(GREETER, "session")).isEmpty();
        assertThat(PluginDirectory.at(root).hold(PluginName.of("other"), "session"))
                .isEmpty();
        assertThat(holds()).isEmpty();
        assertThatThrownBy(() -> hold("a/b")).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> hold("a".repeat(65))).isInstanceOf(PermanentException.class);
    }

    @Test
    void holdsOfOnePluginAreBoundedAndThoseThatEndedLongAgoMakeRoom() throws IOException {
        hold("first").close();
        Path at = root.resolve(".holds/greeter");
        String stamp = story.recorded().release().stamp().value();
        for (int i = 0; i < HeldReleases.MOST; i++) {
            Files.createFile(at.resolve(stamp + ".s" + i));
        }

        assertThatThrownBy(() -> hold("one-more")).hasMessageContaining("the most that there may be");
        Files.setLastModifiedTime(
                at.resolve(stamp + ".s7"), FileTime.from(Instant.EPOCH.plus(Duration.ofDays(10_000))));

        assertThat(hold("one-more").refresh()).isTrue();
        assertThat(at.resolve(stamp + ".s7")).doesNotExist();
        assertThat(holds()).hasSize(HeldReleases.MOST);
    }

    @Test
    void whoHoldsWhatSinceWhenIsToldAndAPersonCanBreakIt() throws IOException {
        PluginHold hold = hold("session-1");

        HoldReport report = story.holdfast().holds(story.workspace());

        ReaderHold told = report.holds().get(0);
        assertThat(report.unread()).isEmpty();
        assertThat(told.holder()).startsWith("session-1.");
        assertThat(told.stamp()).isEqualTo(story.recorded().release().stamp());
        assertThat(told.since()).isPresent();
        assertThat(told.process().orElseThrow().pid())
                .isEqualTo(ProcessHandle.current().pid());

        assertThat(story.holdfast().breakHold(told, "maria")).isTrue();

        assertThat(hold.refresh()).isFalse();
        assertThat(story.holdfast().breakHold(told, "maria")).isFalse();
        assertThat(story.holdfast().holds(story.workspace()).holds()).isEmpty();
        assertThat(story.holdfast().audit(Page.Request.first(1)).items())
                .singleElement()
                .satisfies(entry -> assertThat(entry.actor() + " " + entry.action() + " " + entry.outcome())
                        .isEqualTo("maria break-hold hold of " + told.holder() + " on release " + told.stamp()));
    }

    @Test
    void aPlaceThatCannotBeAskedForHoldsIsNamed() {
        story.target().down(true);

        HoldReport report = story.holdfast().holds(story.workspace());

        assertThat(report.holds()).isEmpty();
        assertThat(report.unread()).hasSize(1);
    }

    /** A collection dies when it has moved the marker away, and before it looks for holds. */
    @Test
    void aReleaseThatLostItsMarkerToADeadCollectionStaysForItsHolder() throws IOException {
        PluginHold hold = hold("session-1");
        Path release = hold.path();
        upgradeUntilTheFirstIsDue();
        Path bin = Files.createDirectories(root.resolve(".flip/greeter/3/greeter/" + release.getFileName()));
        Files.move(release.resolve(".complete"), bin.resolve(".complete"));

        assertThat(collect().held()).hasSize(1);
        assertThat(release.resolve("SKILL.md")).hasContent("release 1");
        assertThat(hold.refresh()).isTrue();

        hold.close();

        assertThat(collect().releases()).isEqualTo(1);
        assertThat(release).doesNotExist();
    }

    @Test
    void aCollectionThatLeavesAllToReadersIsNotRecorded() throws IOException {
        try (PluginHold hold = hold("session-1")) {
            upgradeUntilTheFirstIsDue();
            long before = story.holdfast()
                    .operations(new InstallKey(story.workspace(), GREETER))
                    .count();

            assertThat(collect().held()).hasSize(1);
            assertThat(collect().held()).hasSize(1);

            assertThat(story.holdfast().operations(new InstallKey(story.workspace(), GREETER)))
                    .hasSize((int) before);
            assertThat(hold.refresh()).isTrue();
        }
    }

    @Test
    @Needs(Facility.PYTHON)
    void aReaderInPythonKeepsItsReleaseUntilItEndsTheHold() throws Exception {
        keepsItsRelease(HoldFunctions.PYTHON, List.of("python3", "-B", "-c", """
                import sys
                sys.path.insert(0, sys.argv[1])
                import hold
                held = hold.hold(sys.argv[2], "greeter", "session")
                assert hold.hold(sys.argv[2], "other", "session") is None
                print(held.release, flush=True)
                for line in sys.stdin:
                    if line == "end\\n":
                        held.end()
                    print(held.refresh(), flush=True)
                """));
    }

    @Test
    @Needs(Facility.NODE)
    void aReaderInNodeKeepsItsReleaseUntilItEndsTheHold() throws Exception {
        keepsItsRelease(HoldFunctions.NODE, List.of("node", "--input-type=module", "-e", """
                import readline from "node:readline";
                const [folder, root] = process.argv.slice(1);
                const { hold } = await import(folder + "/hold.mjs");
                const held = hold(root, "greeter", "session");
                if (hold(root, "other", "session") !== null) throw new Error("held nothing");
                console.log(held.release);
                for await (const line of readline.createInterface({ input: process.stdin })) {
                  if (line === "end") held.end();
                  console.log(held.refresh() ? "True" : "False");
                }
                """));
    }

    /** A reader that does what each line of its input says, and prints whether its hold stands. */
    private void keepsItsRelease(HoldFunctions functions, List<String> program) throws Exception {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(copied(functions).toString(), root.toString()));
        Process reader = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var in = reader.inputReader();
                var out = reader.outputWriter()) {
            Path release = Path.of(in.readLine());
            upgradeUntilTheFirstIsDue();
            assertThat(collect().held()).hasSize(1);
            assertThat(release.resolve("SKILL.md")).hasContent("release 1");
            Files.setLastModifiedTime(holds().get(0), FileTime.from(Instant.EPOCH));
            out.write("refresh\n");
            out.flush();
            assertThat(in.readLine()).isEqualTo("True");
            assertThat(collect().held()).hasSize(1);

            out.write("end\n");
            out.flush();
            assertThat(in.readLine()).isEqualTo("False");
            assertThat(collect().releases()).isEqualTo(1);
        } finally {
            reader.destroy();
        }
    }

    private Path copied(HoldFunctions functions) throws IOException {
        Files.writeString(directory.resolve(functions.fileName()), functions.text());
        return directory;
    }

    private PluginHold hold(String holder) throws IOException {
        Optional<PluginHold> hold = PluginDirectory.at(root).hold(GREETER, holder);
        return hold.orElseThrow();
    }

    private List<Path> holds() throws IOException {
        if (!Files.exists(root.resolve(".holds/greeter"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(root.resolve(".holds/greeter"))) {
            return files.toList();
        }
    }

    private void upgradeUntilTheFirstIsDue() {
        for (int i = 2; i <= 4; i++) {
            install(i);
        }
        story.clock().advance(Duration.ofHours(2));
    }

    private void install(int version) {
        story.release("v" + version + ".0.0", "release " + version);
        story.install("tag:v" + version + ".0.0");
    }

    private CollectReport collect() {
        CollectReport report = story.holdfast().collect();
        story.clock().advance(Duration.ofMinutes(6));
        return report;
    }
}
