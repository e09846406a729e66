package dev.holdfast.contracts.delivery;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryAdoptionTest extends AdoptionContract {

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
}
