package dev.holdfast.contracts.delivery;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Where the {@code mv} of the machine can exchange, the exchange is the real one; elsewhere it is refused. */
final class PosixScriptAdoptionTest extends AdoptionContract {

    @TempDir
    private Path directory;

    @Override
    protected DeliveryTarget target() {
        return PosixScriptTargetTest.over(List.of("sh"));
    }

    @Override
    protected TargetAddress address() {
        return TargetAddress.parse("dir://" + directory.resolve("configs/plugins"));
    }
}
