package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.FileOwnerContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engine gives away what is delivered, whether the container runs or not. */
final class DockerOwnerIT {

    @Nested
    @Needs({Facility.DOCKER, Facility.BUSYBOX})
    final class Running extends OnContainer {

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

    @Nested
    @Needs({Facility.DOCKER, Facility.BUSYBOX})
    final class Stopped extends OnContainer {

        @RegisterExtension
        static final DockerWorkspace WORKSPACE = DockerWorkspace.stopped();

        @Override
        DockerWorkspace workspace() {
            return WORKSPACE;
        }

        @Override
        protected DeliveryTarget target(FileOwner owner) {
            return WORKSPACE.helped().owner(owner);
        }
    }

    abstract static class OnContainer extends FileOwnerContract {

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
}
