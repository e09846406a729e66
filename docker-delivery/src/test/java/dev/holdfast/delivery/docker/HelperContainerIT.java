package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.ReaderContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running container without a shell. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class HelperContainerIT extends HelpedContracts {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.withoutAShell();

    @Override
    DockerWorkspace workspace() {
        return WORKSPACE;
    }

    /** The reader runs inside the container, beside the plugin. */
    @Nested
    @Tag("churn")
    final class Reader extends ReaderContract {

        @Override
        protected DeliveryTarget target() {
            return WORKSPACE.helped();
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
}
