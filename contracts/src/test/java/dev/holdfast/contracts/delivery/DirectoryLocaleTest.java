package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM in a POSIX locale, as under systemd and cron, cannot write names beyond ASCII: it says so, and how to start it.
 */
final class DirectoryLocaleTest {

    @TempDir
    private Path directory;

    @Test
    void aJvmInAPosixLocaleRefusesNamesThatItCannotEncode() throws Exception {
        Files.writeString(
                Files.createDirectories(directory.resolve("plain")).resolve("gr\u00fc\u00dfe"), "there before");
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                PosixLocale.class.getName(),
                directory.toString());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .hasSize(8)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("PermanentException TARGET_UNUSABLE")
                        .contains("start it with a UTF-8 locale"));
    }

    /** The program of that JVM: a line for each call that fails. */
    static final class PosixLocale {

        private static final String NAME = "gr\u00fc\u00dfe";

        private PosixLocale() {}

        /** Tries everything with a name that cannot be encoded. */
        public static void main(String[] arguments) throws IOException {
            DeliveryTarget target = DirectoryTarget.create();
            Deadline soon = Deadline.after(Duration.ofMinutes(1));
            TargetAddress plain = TargetAddress.parse("dir://" + arguments[0] + "/plain");
            tell(() -> target.open(TargetAddress.parse("dir://" + arguments[0] + "/" + NAME), soon)
                    .close());
            try (TargetSession session = target.open(plain, soon)) {
                tell(() -> session.stat(NAME));
                tell(() -> session.list(NAME));
                tell(() -> session.read(NAME, 10));
                tell(() -> session.download(NAME));
                tell(() -> session.upload(NAME, Bundles.of("a", "b"), Progress.NONE));
                tell(() -> session.upload("fresh", Bundles.of(NAME, "b"), Progress.NONE));
                tell(() -> session.run(FileScript.of(new FileStep.PointLink("link", NAME))));
                session.run(FileScript.of(new FileStep.MakeDirectory("d/e")));
                List<TargetSession.Entry> found = session.list("d");
                if (found.size() != 1) {
                    throw new IllegalStateException("listed " + found);
                }
            }
        }

        private static void tell(Runnable call) {
            try {
                call.run();
                System.out.println("nothing was thrown");
            } catch (PermanentException e) {
                System.out.println("PermanentException " + e.reason() + " " + e.getMessage());
            } catch (RuntimeException e) {
                System.out.println("raw " + e);
            }
        }
    }
}
