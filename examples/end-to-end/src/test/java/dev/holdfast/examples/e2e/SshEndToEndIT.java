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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@Needs({Facility.GIT_HTTP, Facility.SSHD})
final class SshEndToEndIT extends EndToEndStory {

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
    TargetAddress address() {
        return TargetAddress.parse("ssh://" + sshd.authority() + host.resolve("plugins"));
    }

    @Override
    Optional<String> read(String path) {
        return LocalReader.read(host.resolve("plugins").resolve(path));
    }

    @Override
    List<String> everything() {
        return LocalReader.everything(host.resolve("plugins"));
    }
}
