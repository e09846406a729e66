package dev.holdfast.examples.ssh;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import dev.holdfast.testkit.PluginLifeContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The whole engine keeps its promises on an SSH host. */
@Needs(Facility.SSHD)
final class SshPluginLifeIT extends PluginLifeContract {

    @TempDir
    static Path places;

    private static LocalSshd sshd;
    private static SshTarget target;

    @BeforeAll
    static void startServer() throws IOException {
        sshd = LocalSshd.start();
        target = sshd.target().build();
    }

    @AfterAll
    static void stopServer() {
        target.close();
        sshd.close();
    }

    @Override
    protected DeliveryTarget target() {
        return target;
    }

    @Override
    protected TargetAddress address() {
        return new TargetAddress("ssh", sshd.authority(), places + "/" + UUID.randomUUID() + "/plugins");
    }
}
