package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.AtomicInstaller;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.Staging;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reaches the disk, and in which order: the system calls of an install in a JVM of its own, as strace sees them.
 */
@Needs(Facility.STRACE)
final class DurabilityTest {

    private static final String STAMP = "20261121T093015123Z-0k3f9x2ab1";
    private static final String STAGED = ".staging/greeter/" + STAMP;
    private static final String RELEASE = ".releases/greeter/" + STAMP;
    private static final List<String> MUST_BE_FORCED = List.of(
            STAGED + "/SKILL.md",
            STAGED + "/d/e/f",
            STAGED + "/.complete",
            STAGED + "/d/e",
            STAGED + "/d",
            STAGED,
            ".releases",
            ".releases/greeter",
            ".");
    private static final String SWAP = "rename .flip/greeter/1/greeter greeter";
    /**
     * With -y a file descriptor is followed by its path: {@code fsync(7</srv/plugins>) = 0}. A line that something else
     * in the JVM broke off counts where it began: the one thread that installs goes on only when the call is over.
     */
    private static final Pattern FORCED = Pattern.compile("f(?:data)?sync\\(\\d+<([^>]*)>(?:\\) += 0| <unfinished)");

    private static final Pattern RENAMED =
            Pattern.compile("rename[^(]*\\([^\"]*\"([^\"]*)\", [^\"]*\"([^\"]*)\"(?:.* = 0| <unfinished)");

    @TempDir
    private Path directory;

    @Test
    void everyFileAndDirectoryIsForcedBeforeTheSwapAndItsDirectoryAfterIt() throws Exception {
        List<String> calls = callsOfAnInstall(true);

        assertDurable(calls);
        for (String path : MUST_BE_FORCED) {
            List<String> without =
                    calls.stream().filter(call -> !call.equals("force " + path)).toList();
            assertThatThrownBy(() -> assertDurable(without))
                    .as("a mutant that drops the sync of " + path + " is caught")
                    .isInstanceOf(AssertionError.class);
        }
    }

    private static void assertDurable(List<String> calls) {
        assertThat(calls)
                .containsSubsequence("force " + STAGED + "/SKILL.md", "rename " + STAGED + " " + RELEASE, SWAP)
                .containsSubsequence("force " + STAGED + "/d/e/f", "rename " + STAGED + " " + RELEASE, SWAP)
                .containsSubsequence(
                        "force " + STAGED + "/.complete", "force " + STAGED, "rename " + STAGED + " " + RELEASE)
                .containsSubsequence("force " + STAGED + "/d/e", "rename " + STAGED + " " + RELEASE, SWAP)
                .containsSubsequence("force " + STAGED + "/d", "rename " + STAGED + " " + RELEASE, SWAP)
                .containsSubsequence(
                        "force .releases", "rename " + STAGED + " " + RELEASE, "force .releases/greeter", SWAP)
                .containsSubsequence(SWAP, "force .");
    }

    @Test
    void nothingIsForcedWhereTheHostDoesNotWantIt() throws Exception {
        List<String> calls = callsOfAnInstall(false);

        assertThat(calls).contains(SWAP).noneMatch(call -> call.startsWith("force"));
        assertThatThrownBy(() -> assertDurable(calls))
                .as("a mutant that drops every sync is caught")
                .isInstanceOf(AssertionError.class);
    }

    /** Runs in the JVM that is traced. */
    static final class Install {

        public static void main(String[] arguments) {
            AtomicInstaller installer = AtomicInstaller.withLimits(BundleLimits.standard());
            PluginName greeter = PluginName.of("greeter");
            Stamp stamp = new Stamp(STAMP);
            try (TargetSession session = DirectoryTarget.create()
                    .durable(Boolean.parseBoolean(arguments[1]))
                    .open(TargetAddress.parse("dir://" + arguments[0]), Deadline.after(Duration.ofMinutes(1)))) {
                installer.stage(
                        session,
                        new Staging(
                                greeter,
                                "local://greeter",
                                Revision.of("a".repeat(40)),
                                Optional.empty(),
                                stamp,
                                1,
                                Optional.empty()),
                        Bundles.builder()
                                .file("SKILL.md", "one")
                                .file("d/e/f", "f")
                                .build(),
                        Progress.NONE);
                installer.swap(session, greeter, stamp, 1);
            }
        }
    }

    /** Returns what was forced and renamed below the target's directory, in order, as paths relative to it. */
    private List<String> callsOfAnInstall(boolean durable) throws IOException, InterruptedException {
        Path trace = directory.resolve("trace");
        Path root = directory.resolve("plugins");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        "strace",
                        "-f",
                        "--seccomp-bpf",
                        "-y",
                        "-qq",
                        "-e",
                        "signal=none",
                        "-s",
                        "1000",
                        "-o",
                        trace.toString(),
                        "-e",
                        "trace=fsync,fdatasync,rename,renameat,renameat2",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        Install.class.getName(),
                        root.toString(),
                        Boolean.toString(durable))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
        assertThat(process.waitFor()).as(said).isZero();
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            call(line, root).ifPresent(calls::add);
        }
        return calls;
    }

    private static Optional<String> call(String line, Path root) {
        Matcher forced = FORCED.matcher(line);
        if (forced.find()) {
            return below(root, forced.group(1)).map(path -> "force " + path);
        }
        Matcher renamed = RENAMED.matcher(line);
        return renamed.find()
                ? below(root, renamed.group(1))
                        .flatMap(from -> below(root, renamed.group(2)).map(to -> "rename " + from + " " + to))
                : Optional.empty();
    }

    private static Optional<String> below(Path root, String path) {
        if (path.equals(root.toString())) {
            return Optional.of(".");
        }
        return path.startsWith(root + "/")
                ? Optional.of(path.substring(root.toString().length() + 1))
                : Optional.empty();
    }
}
