package dev.holdfast.examples.e2e;

import dev.holdfast.delivery.docker.DockerWorkspace;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
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
}
