package dev.holdfast.delivery.docker;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.ReaderContract;
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
