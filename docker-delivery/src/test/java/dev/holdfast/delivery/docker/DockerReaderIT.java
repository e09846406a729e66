package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.ReaderContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reader runs inside the container, beside the plugin. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerReaderIT extends ReaderContract {

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
    protected String sh(String line, String... arguments) {
        return WORKSPACE.sh(line, arguments);
    }
}
