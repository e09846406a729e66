package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A volume of a stopped container. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class StoppedContainerIT extends HelpedContracts {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.stopped();

    @Override
    DockerWorkspace workspace() {
        return WORKSPACE;
    }
}
