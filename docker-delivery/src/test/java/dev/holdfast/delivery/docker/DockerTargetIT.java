package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.DeliveryTargetContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerTargetIT extends DeliveryTargetContract {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.started();

    @Override
    protected DeliveryTarget target() {
        return WORKSPACE.target();
    }

    @Override
    protected TargetAddress address() {
        return WORKSPACE.address();
    }

    @Override
    protected String permissions(TargetAddress address, String path) {
        return WORKSPACE.permissions(address, path);
    }

    @Override
    protected void changeMode(TargetAddress address, String path, String mode) {
        WORKSPACE.changeMode(address, path, mode);
    }
}
