package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.ReuseContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An upgrade in a container sends what changed. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerReuseIT extends ReuseContract {

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
}
