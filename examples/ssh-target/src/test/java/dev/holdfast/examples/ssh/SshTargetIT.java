package dev.holdfast.examples.ssh;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.testkit.DeliveryTargetContract;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An SSH host does what every target does. */
@Needs(Facility.SSHD)
final class SshTargetIT extends DeliveryTargetContract {

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

    @Override
    protected String permissions(TargetAddress address, String path) {
        try {
            int mode = (int) Files.getAttribute(Path.of(address.path(), path), "unix:mode");
            return Integer.toOctalString(mode & 07777);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void changeMode(TargetAddress address, String path, String mode) {
        try {
            Files.setAttribute(Path.of(address.path(), path), "unix:mode", Integer.parseInt(mode, 8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
