package dev.holdfast.delivery.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.contracts.delivery.ReaderContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reader runs on the host that is reached. */
@Needs(Facility.SSHD)
final class SshReaderIT extends ReaderContract {

    @RegisterExtension
    static final SshPlace PLACE = SshPlace.plain();

    @Override
    protected DeliveryTarget target() {
        return PLACE.target();
    }

    @Override
    protected TargetAddress address() {
        return PLACE.address();
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
