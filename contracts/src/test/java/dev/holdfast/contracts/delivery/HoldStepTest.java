package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.HoldNote;
import dev.holdfast.spi.delivery.HolderProcess;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files hold a release, and which do no longer: the same for a directory and for every shell. */
final class HoldStepTest {

    @Nested
    final class OnADirectory extends Cases {
        @Override
        DeliveryTarget target() {
            return DirectoryTarget.create().durable(false);
        }
    }

    @Nested
    final class InTheShellOfTheSystem extends Cases {
        @Override
        DeliveryTarget target() {
            return PosixScriptTargetTest.over(List.of("sh"));
        }
    }

    @Nested
    final class InBash extends Cases {
        @Override
        DeliveryTarget target() {
            return PosixScriptTargetTest.over(List.of("bash", "--posix"));
        }
    }

    @Nested
    @Needs(Facility.BUSYBOX)
    final class InBusybox extends Cases {
        @Override
        DeliveryTarget target() {
            return PosixScriptTargetTest.over(List.of("busybox", "sh"));
        }
    }

    abstract static class Cases {

        private static final String STAMP = "20261121T093015123Z-0k3f9x2ab1";

        @TempDir
        private Path root;

        private Path holds;

        abstract DeliveryTarget target();

        @BeforeEach
        final void begin() throws IOException {
            holds = Files.createDirectories(root.resolve(".holds/greeter"));
            Files.createFile(root.resolve("clock"));
        }

        @Test
        final void aYoungHoldMakesTheStepFailAndIsNamedWithItsAge() throws IOException {
            hold(STAMP + ".session-1.7", Duration.ofSeconds(20), "");
            hold(STAMP + ".session-2", Duration.ofHours(-1), "anything");

            ScriptResult.Failed failed = (ScriptResult.Failed) step(STAMP);

            assertThat(failed.step()).isEqualTo(1);
            assertThat(failed.message().lines())
                    .anyMatch(line -> line.matches("held " + STAMP + "\\.session-1\\.7 (19|20|21)"))
                    .anyMatch(line -> line.matches("held " + STAMP + "\\.session-2 -3(599|600|601)"));
            assertThat(names()).containsExactly(STAMP + ".session-1.7", STAMP + ".session-2");
            assertThat(root.resolve("after")).doesNotExist();
        }

        @Test
        final void nothingIsHeldWhereNobodyEverHeldAnything() throws IOException {
            Files.delete(holds);

            assertThat(step(STAMP)).isEqualTo(new ScriptResult.Completed());
        }

        @Test
        final void aHoldThatWasNotRenewedForTheLeaseIsRemoved() throws IOException {
            hold(STAMP + ".killed", Duration.ofSeconds(310), "");

            assertThat(step(STAMP)).isEqualTo(new ScriptResult.Completed());
            assertThat(names()).isEmpty();
        }

        @Test
        final void aHoldOfAnotherReleaseDoesNotCountAndStays() throws IOException {
            String other = STAMP.replace("2026", "2025");
            hold(other + ".session", Duration.ZERO, "");
            hold(other + ".killed", Duration.ofDays(2), "");

            assertThat(step(STAMP)).isEqualTo(new ScriptResult.Completed());
            assertThat(names()).containsExactly(other + ".killed", other + ".session");
            assertThat(step("")).isInstanceOf(ScriptResult.Failed.class);
            assertThat(names()).containsExactly(other + ".session");
        }

        @Test
        final void whatIsNoHoldNeitherHoldsNorGoes() throws IOException {
            Files.createDirectory(holds.resolve(STAMP + ".directory"));
            Files.createSymbolicLink(holds.resolve(STAMP + ".link"), root.resolve("clock"));
            hold(STAMP + ".a b", Duration.ofDays(2), "");
            hold(STAMP + ".$(x)", Duration.ZERO, "");

            assertThat(step(STAMP)).isEqualTo(new ScriptResult.Completed());
            assertThat(names()).hasSize(4);
        }

        @Test
        final void aHoldThatWasRenewedWhileItWasBeingRemovedIsPutBack() throws IOException {
            hold(".ended." + STAMP + ".late", Duration.ZERO, "");
            hold(".ended." + STAMP + ".killed", Duration.ofHours(1), "");

            assertThat(step(STAMP))
                    .isInstanceOfSatisfying(
                            ScriptResult.Failed.class,
                            failed -> assertThat(failed.message())
                                    .containsPattern("held " + STAMP + "\\.late ")
                                    .doesNotContain("killed "));
            assertThat(names()).containsExactly(STAMP + ".late");
        }

        @Test
        final void aHoldEndsAtOnceWithItsProcess() throws Exception {
            HolderProcess gone = ended();
            HolderProcess self = HolderProcess.current().orElseThrow();
            hold(STAMP + ".gone", Duration.ZERO, note(gone));
            hold(STAMP + ".reused", Duration.ZERO, note(new HolderProcess(self.pid(), "1", self.where())));

            assertThat(step(STAMP)).isEqualTo(new ScriptResult.Completed());
            assertThat(names()).isEmpty();
        }

        @Test
        final void aHoldWhoseProcessCannotBeToldToBeGoneStands() throws Exception {
            HolderProcess gone = ended();
            HolderProcess self = HolderProcess.current().orElseThrow();
            hold(STAMP + ".alive", Duration.ZERO, note(self));
            String elsewhere = gone.where().replaceFirst("^.", gone.where().startsWith("0") ? "1" : "0");
            hold(STAMP + ".elsewhere", Duration.ZERO, note(new HolderProcess(gone.pid(), gone.start(), elsewhere)));
            hold(STAMP + ".broken", Duration.ZERO, "process 99999999\nprocess x y z\n");

            step(STAMP);

            assertThat(names()).containsExactly(STAMP + ".alive", STAMP + ".broken", STAMP + ".elsewhere");
        }

        @Test
        final void noMoreThanFiftyHoldsAreNamed() throws IOException {
            for (int i = 0; i < 60; i++) {
                hold(STAMP + ".s" + i, Duration.ZERO, "");
            }

            ScriptResult.Failed failed = (ScriptResult.Failed) step(STAMP);

            assertThat(failed.message().lines().filter(line -> line.startsWith("held ")))
                    .hasSize(FileStep.RequireUnheld.MOST);
        }

        @Test
        final void theModeOfADirectoryIsSetExactly() throws IOException {
            FileStep mode = new FileStep.SetMode(".holds/greeter", "1777");

            assertThat(run(mode)).isEqualTo(new ScriptResult.Completed());
            assertThat((int) Files.getAttribute(holds, "unix:mode") & 07777).isEqualTo(01777);
            assertThat(run(new FileStep.SetMode("clock", "0777"))).isInstanceOf(ScriptResult.Failed.class);
            Files.createSymbolicLink(root.resolve("link"), holds);
            assertThat(run(new FileStep.SetMode("link", "0777"))).isInstanceOf(ScriptResult.Failed.class);
        }

        /** A process that has ended, and was waited for. */
        private static HolderProcess ended() throws Exception {
            Process process = new ProcessBuilder("true").start();
            process.waitFor();
            return new HolderProcess(
                    process.pid(),
                    "12345",
                    HolderProcess.current().orElseThrow().where());
        }

        private static String note(HolderProcess process) {
            return new HoldNote(Optional.of(Instant.EPOCH), Optional.of(process)).text();
        }

        private void hold(String name, Duration age, String text) throws IOException {
            Path file = Files.writeString(holds.resolve(name), text);
            Instant now = Files.getLastModifiedTime(root.resolve("clock")).toInstant();
            Files.setLastModifiedTime(file, FileTime.from(now.minus(age)));
        }

        private ScriptResult step(String prefix) {
            return run(
                    new FileStep.MakeDirectory("before"),
                    new FileStep.RequireUnheld(".holds/greeter", prefix, 300, "clock"),
                    new FileStep.MakeDirectory("after"));
        }

        private ScriptResult run(FileStep... steps) {
            TargetAddress address = TargetAddress.parse("dir://" + root);
            try (TargetSession session = target().open(address, Deadline.after(Duration.ofMinutes(2)))) {
                return session.run(FileScript.of(steps));
            }
        }

        private List<String> names() throws IOException {
            try (Stream<Path> files = Files.list(holds)) {
                return files.map(file -> file.getFileName().toString()).sorted().toList();
            }
        }
    }
}
