package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.ssh.LocalSshd;
import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@Needs(Facility.SSHD)
final class SshKillIT extends KillMatrix {

    private static LocalSshd sshd;
    private static SshTarget target;

    @TempDir
    private Path host;

    @BeforeAll
    static void startSshd() throws IOException {
        sshd = LocalSshd.start();
        target = sshd.target().build();
    }

    @AfterAll
    static void stopSshd() {
        target.close();
        sshd.close();
    }

    @Override
    DeliveryTarget target() {
        return target;
    }

    @Override
    TargetAddress address(String name) {
        return TargetAddress.parse("ssh://" + sshd.authority() + host.resolve(name));
    }

    @Override
    List<String> access() {
        return List.of(sshd.knownHosts().toString(), sshd.userKey().toString());
    }

    @Override
    String unneeded() {
        return "docker-|jackson-|junit-|Hikari|org.eclipse.jgit|embedded-|testcontainers";
    }

    @Override
    int turn() {
        return 1;
    }
}
