package dev.holdfast.contracts.delivery;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryReaderTest extends ReaderContract {

    @TempDir
    private Path directory;

    @Override
    protected DeliveryTarget target() {
        return DirectoryTarget.create().durable(false);
    }

    @Override
    protected TargetAddress address() {
        return TargetAddress.parse("dir://" + directory.resolve("configs/plugins"));
    }

    @Override
    protected String sh(String line, String... arguments) throws Exception {
        List<String> command = Stream.concat(Stream.of("sh", "-c", line, "sh"), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
