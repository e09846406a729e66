package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about shells; the meaning of each step is proved by the contract of targets, in the testkit. */
final class PosixScriptTest {

    private static final String HOSTILE = "a b'c\"d$(touch pwned)`touch pwned`$HOME;&|<>*?[x]{y}~!#%s";

    @TempDir
    Path root;

    private List<String> launcher = List.of();

    /** Root may do everything, so a run as root gives the shell another user. */
    @BeforeEach
    void becomeAnOrdinaryUser() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        if (Files.getAttribute(root, "unix:uid").equals(0)) {
            launcher = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Ended(int exitCode, byte[] output, String errors) {}

    private Ended run(List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(launcher);
        words.addAll(command);
        Path errors = Files.createTempFile("holdfast", ".errors");
        Process process =
                new ProcessBuilder(words).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        byte[] output = process.getInputStream().readAllBytes();
        Ended ended = new Ended(process.waitFor(), output, Files.readString(errors));
        Files.delete(errors);
        return ended;
    }

    private ScriptResult run(FileStep... steps) throws IOException, InterruptedException {
        Ended ended = run(PosixScript.of(root.toString(), FileScript.of(steps)).command());
        return PosixScript.result(ended.exitCode(), ended.output(), ended.errors());
    }

    private Path forbidden(String name) throws IOException {
        Path directory = Files.createDirectories(root.resolve(name + "/below"));
        Files.writeString(directory.resolve("file"), "f");
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("---------"));
        return root.resolve(name);
    }

    private static void allow(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void theTextHoldsNoValue() {
        FileScript script = FileScript.of(
                new FileStep.MakeDirectory("secretpath"),
                new FileStep.WriteFile("secretfile", "secretcontent"),
                new FileStep.PointLink("secretlink", "secrettarget"),
                new FileStep.CopyLink("secretlink", "secretprefix", "secretvia/x", "secretcopy/x"),
                new FileStep.Rename("secretfrom/x", "secretto/x"),
                new FileStep.ReplaceLink("secretfrom/y", "secretto/y"),
                new FileStep.RemoveTree("secrettree"),
                new FileStep.Require("secretfile", FileStep.Expected.FILE),
                new FileStep.RequireNoneAbove("secretfence", 987654321),
                new FileStep.RemoveBelow("secretflip", 987654322, "secretchild"));

        PosixScript program = PosixScript.of("/secretroot", script);

        assertThat(program.text()).doesNotContain("secret").doesNotContain("98765432");
        assertThat(program.arguments())
                .contains("/secretroot", "secretcontent", "secretprefix", "987654321", "secretchild");
        assertThat(program.command()).startsWith("sh", "-c", program.text(), "holdfast", "/secretroot");
        assertThat(PosixScript.stat("/secret", "secret").text()).doesNotContain("secret");
        assertThat(PosixScript.list("/secret", "secret").text()).doesNotContain("secret");
        assertThat(PosixScript.read("/secret", "secret", 987654321).text()).doesNotContain("secret", "98765432");
    }

    @Test
    void theCommandLineIsSplitIntoTheSameWords() throws Exception {
        List<String> words = List.of("printf", "%s\\0", HOSTILE, "", "-n", "two\nlines\n", "'", "''", "\\", "ü🙂", " ");

        Ended ended = run(List.of("sh", "-c", PosixScript.quoted(words)));

        assertThat(new String(ended.output(), StandardCharsets.UTF_8).split("\0", -1))
                .containsExactly(HOSTILE, "", "-n", "two\nlines\n", "'", "''", "\\", "ü🙂", " ", "");
    }

    /** An {@code ls} that makes the file before it looks: as if another program did so between two looks. */
    @Test
    void whatComesBetweenTwoLooksIsThereAndMayBeLookedAt() throws Exception {
        Path late = root.resolve("late");
        Path tools = Files.createDirectories(root.resolve("tools"));
        Path ls = Files.writeString(
                tools.resolve("ls"), "#!/bin/sh\nmkdir -p '" + late + "'; echo x > '" + late + "/f'; echo \"$2\"\n");
        Files.setPosixFilePermissions(ls, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(tools, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(
                List.of("env", "PATH=" + tools + ":" + System.getenv().get("PATH")));
        command.addAll(PosixScript.stat(late.toString(), "f").command());

        Ended ended = run(command);
        Files.delete(late.resolve("f"));
        Ended again = run(command);

        assertThat(PosixScript.entries(ended.exitCode(), ended.output())).hasSize(1);
        assertThat(PosixScript.entries(again.exitCode(), again.output())).hasSize(1);
    }

    @Test
    void theCommandLineDoesWhatTheCommandDoes() throws Exception {
        PosixScript script = PosixScript.of(
                root.toString(),
                FileScript.of(new FileStep.MakeDirectory(HOSTILE), new FileStep.WriteFile(HOSTILE + "/f", HOSTILE)));

        Ended ended = run(List.of("sh", "-c", script.commandLine()));

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(root.resolve(HOSTILE).resolve("f")).hasContent(HOSTILE);
        assertThat(root.resolve("pwned")).doesNotExist();
    }

    @Test
    void newlinesInLinksAndContentSurvive() throws Exception {
        String target = "\n two \n\nlines\n\n";

        ScriptResult result = run(
                new FileStep.PointLink("link", target),
                new FileStep.MakeDirectory("via"),
                new FileStep.CopyLink("link", "\n", "via/copy", "copy"),
                new FileStep.WriteFile("file", target));

        assertThat(result).isEqualTo(new ScriptResult.Completed());
        assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString(target);
        assertThat(Files.readSymbolicLink(root.resolve("copy"))).hasToString("\n" + target);
        assertThat(Files.readString(root.resolve("file"))).isEqualTo(target);
        assertThat(look("link"))
                .hasValueSatisfying(e -> assertThat(e.linkTarget()).contains(target));
    }

    private Optional<TargetSession.Entry> look(String path) throws IOException, InterruptedException {
        Ended ended = run(PosixScript.stat(root.toString(), path).command());
        return PosixScript.entries(ended.exitCode(), ended.output()).stream().findFirst();
    }

    @Test
    void aLinkToAnOptionIsALink() throws Exception {
        assertThat(run(new FileStep.PointLink("link", "-s"), new FileStep.PointLink("other", "--help")))
                .isEqualTo(new ScriptResult.Completed());

        assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("-s");
        assertThat(Files.readSymbolicLink(root.resolve("other"))).hasToString("--help");
    }

    @Test
    void pathsThatBeginWithADashAreRefusedBeforeAScriptExists() {
        assertThatThrownBy(() -> new FileStep.RemoveTree("-rf")).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> new FileStep.RemoveTree("a/-rf")).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> PosixScript.list("/r", "-l")).isInstanceOf(PermanentException.class);
    }

    @Test
    void whatMayNotBeLookedAtIsNotAbsent() throws Exception {
        Path secret = forbidden("secret");
        try {
            assertDenied(PosixScript.stat(root.toString(), "secret/below"));
            assertDenied(PosixScript.list(root.toString(), "secret"));
            assertDenied(PosixScript.list(root.toString(), "secret/below"));
            assertDenied(PosixScript.list(secret.toString(), "below"));
            Ended read = run(
                    PosixScript.read(root.toString(), "secret/below/file", 10).command());
            assertThatThrownBy(() -> PosixScript.content(read.exitCode(), read.output()))
                    .isInstanceOf(PermanentException.class);
        } finally {
            allow(secret);
        }
    }

    private void assertDenied(PosixScript look) throws IOException, InterruptedException {
        Ended ended = run(look.command());
        assertThatThrownBy(() -> PosixScript.entries(ended.exitCode(), ended.output()))
                .isInstanceOf(PermanentException.class)
                .extracting(e -> ((PermanentException) e).reason())
                .isEqualTo(Reason.TARGET_READ_ONLY);
    }

    @Test
    void aStepThatMayNotLookFailsInsteadOfFindingNothing() throws Exception {
        Path secret = forbidden("secret");
        try {
            for (FileStep step : List.of(
                    new FileStep.Require("secret/below", FileStep.Expected.ABSENT),
                    new FileStep.RemoveTree("secret/below"),
                    new FileStep.RequireNoneAbove("secret", 5),
                    new FileStep.RequireNoneAbove("secret/below", 5),
                    new FileStep.RemoveBelow("secret", 5, ""))) {
                assertThat(run(step)).as("%s", step).isInstanceOf(ScriptResult.Failed.class);
            }
        } finally {
            allow(secret);
        }
        assertThat(secret.resolve("below/file")).exists();
    }

    @Test
    void aFailureNamesItsStepAndItsReason() throws Exception {
        Path secret = forbidden("secret");
        try {
            ScriptResult result = run(
                    new FileStep.MakeDirectory("a"),
                    new FileStep.WriteFile("secret/file", "x"),
                    new FileStep.MakeDirectory("never"));

            assertThat(result).isInstanceOfSatisfying(ScriptResult.Failed.class, failed -> {
                assertThat(failed.step()).isEqualTo(1);
                assertThat(failed.reason()).isEqualTo(Reason.TARGET_READ_ONLY);
                assertThat(failed.message()).containsIgnoringCase("permission denied");
            });
        } finally {
            allow(secret);
        }
        assertThat(root.resolve("never")).doesNotExist();
    }

    @Test
    void aShellThatWasKilledLeavesTheOutcomeUnknown() {
        for (int exitCode : new int[] {137, 143, 127, 126, 255, 1, 2}) {
            assertThatThrownBy(() -> PosixScript.result(exitCode, new byte[0], ""))
                    .isInstanceOf(TransientException.class);
            assertThatThrownBy(() -> PosixScript.entries(exitCode, new byte[0])).isInstanceOf(TransientException.class);
            assertThatThrownBy(() -> PosixScript.content(exitCode, new byte[] {'1'}))
                    .isInstanceOf(TransientException.class);
        }
    }

    @Test
    void aMessageSaysWhyInAnyShell() {
        assertThat(PosixScript.reason("mkdir: can't create directory 'x': No space left on device"))
                .isEqualTo(Reason.NO_SPACE);
        assertThat(PosixScript.reason("sh: can't create x: Read-only file system"))
                .isEqualTo(Reason.TARGET_READ_ONLY);
        assertThat(PosixScript.reason("mv: cannot move 'a': Operation not permitted"))
                .isEqualTo(Reason.TARGET_READ_ONLY);
        assertThat(PosixScript.reason("mv: can't rename 'a': Directory not empty"))
                .isEqualTo(Reason.TARGET_FAILED);
    }
}
