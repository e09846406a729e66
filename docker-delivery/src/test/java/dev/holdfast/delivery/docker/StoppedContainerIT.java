package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A volume of a stopped container. Podman serves none: {@link HelperStateIT} holds what is said there. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class StoppedContainerIT extends HelpedContracts {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.stopped();

    @Override
    DockerWorkspace workspace() {
        return WORKSPACE;
    }

    /** The engine gives away what is delivered here too. */
    @Nested
    final class Owner extends ContainerOwnerContract {

        @Override
        DockerWorkspace workspace() {
            return WORKSPACE;
        }

        @Override
        protected DeliveryTarget target(FileOwner owner) {
            return WORKSPACE.helped().owner(owner);
        }
    }
}
