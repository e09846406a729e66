package dev.holdfast.contracts.kill;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryKillTest extends KillContract {

    private final AtomicInteger next = new AtomicInteger();

    @TempDir
    private Path directory;

    @Override
    protected DeliveryTarget target() {
        return DirectoryTarget.create().durable(false);
    }

    @Override
    protected TargetAddress address() {
        return TargetAddress.parse("dir://" + directory.resolve("ws-" + next.incrementAndGet() + "/plugins"));
    }
}
