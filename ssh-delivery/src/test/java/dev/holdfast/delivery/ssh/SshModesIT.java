package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the modes of a delivery are in a directory that passes on its own. */
@Needs({Facility.SSHD, Facility.ACL})
@Timeout(60)
final class SshModesIT {

    @TempDir
    Path place;

    /** A default ACL overrules the umask, and a directory takes the set-group-id bit from its parent. */
    @Test
    void theModesOfTheContractHoldBelowADirectoryThatPassesOnItsOwn() throws Exception {
        Files.setAttribute(place, "unix:mode", 02770);
        Process setfacl = new ProcessBuilder("setfacl", "-d", "-m", "g::rwx,o::-", place.toString()).start();
        assertThat(setfacl.waitFor()).isZero();

        try (LocalSshd sshd = LocalSshd.start();
                SshTarget target = sshd.target().build();
                TargetSession session = target.open(
                        new TargetAddress("ssh", sshd.authority(), place + "/plugins"),
                        Deadline.after(Duration.ofSeconds(30)))) {
            session.upload(
                    ".staging/n/1",
                    Bundles.builder()
                            .file("d/plain", "p")
                            .executable("d/run", "r")
                            .link("way", "d/plain")
                            .build(),
                    Progress.NONE);
            session.run(FileScript.of(new FileStep.MakeDirectory(".releases/n")));
        }

        assertThat(List.of("", ".staging", ".staging/n/1", ".staging/n/1/d", ".releases/n", ".staging/n/1/d/run"))
                .extracting(this::mode)
                .containsOnly("755");
        assertThat(mode(".staging/n/1/d/plain")).isEqualTo("644");
    }

    private String mode(String path) {
        try {
            int mode = (int) Files.getAttribute(place.resolve("plugins").resolve(path), "unix:mode");
            return Integer.toOctalString(mode & 07777);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
