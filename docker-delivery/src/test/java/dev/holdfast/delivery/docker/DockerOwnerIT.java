package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine gives away what is delivered into a running container. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerOwnerIT extends ContainerOwnerContract {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.started();

    @Override
    DockerWorkspace workspace() {
        return WORKSPACE;
    }

    @Override
    protected DeliveryTarget target(FileOwner owner) {
        return WORKSPACE.target().owner(owner);
    }
}
