package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.DockerWorkspace;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.extension.RegisterExtension;

@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerKillIT extends KillMatrix {

    @RegisterExtension
    static final DockerWorkspace WORKSPACE = DockerWorkspace.started();

    @Override
    DeliveryTarget target() {
        return WORKSPACE.target();
    }

    @Override
    TargetAddress address(String name) {
        return WORKSPACE.address(name);
    }

    @Override
    String unneeded() {
        return "sshd-|junit-|Hikari|org.eclipse.jgit|embedded-|testcontainers";
    }

    @Override
    int turn() {
        return 2;
    }
}
