package dev.holdfast.examples.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.ReaderContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The reader runs on the host that is reached. */
@Needs(Facility.SSHD)
final class SshReaderIT extends ReaderContract {

    @TempDir
    static Path places;

    private static LocalSshd sshd;
    private static SshTarget target;

    @BeforeAll
    static void startServer() throws IOException {
        sshd = LocalSshd.start();
        target = sshd.target().build();
    }

    @AfterAll
    static void stopServer() {
        target.close();
        sshd.close();
    }

    @Override
    protected DeliveryTarget target() {
        return target;
    }

    @Override
    protected TargetAddress address() {
        return new TargetAddress("ssh", sshd.authority(), places + "/" + UUID.randomUUID() + "/plugins");
    }

    @Override
    protected String sh(String line, String... arguments) throws IOException {
        List<String> command = Stream.concat(Stream.of("sh", "-c", line, "sh"), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
