package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.FileOwnerContract;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileOwner;

/** What is delivered into a container is given away, to users that the container need not know. */
abstract class ContainerOwnerContract extends FileOwnerContract {

    abstract DockerWorkspace workspace();

    @Override
    protected FileOwner owner() {
        return FileOwner.parse("1000:3000000");
    }

    @Override
    protected TargetAddress address() {
        return workspace().address();
    }

    @Override
    protected String owner(TargetAddress address, String path) {
        return workspace().sh("/bin/busybox stat -c %u:%g \"$1/$2\"", address.path(), path);
    }
}
