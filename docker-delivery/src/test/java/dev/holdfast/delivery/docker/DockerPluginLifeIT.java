package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.PluginLifeContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole engine keeps its promises on a container. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerPluginLifeIT extends PluginLifeContract {

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
