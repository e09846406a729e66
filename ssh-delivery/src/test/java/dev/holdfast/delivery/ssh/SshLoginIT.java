package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who logs in with what, and to whom. */
@Needs(Facility.SSHD)
@Timeout(120)
final class SshLoginIT {

    @TempDir
    Path place;

    private LocalSshd sshd;

    @BeforeEach
    void startServer() throws IOException {
        sshd = LocalSshd.start();
    }

    @AfterEach
    void stopServer() {
        sshd.close();
    }

    @Test
    void aKeyFileWithAPassphraseLogsIn() throws Exception {
        run(
                "ssh-keygen",
                "-q",
                "-p",
                "-P",
                "",
                "-N",
                "secret words",
                "-f",
                sshd.userKey().toString());

        try (SshTarget right = known().key(sshd.userKey(), "secret words").build();
                SshTarget wrong = known().key(sshd.userKey(), "other words").build();
                SshTarget absent = known().key(place.resolve("absent")).build()) {
            assertThat(open(right).list("x")).isEmpty();
            for (SshTarget target : List.of(wrong, absent)) {
                assertThatThrownBy(() -> open(target))
                        .isInstanceOf(PermanentException.class)
                        .hasMessageContaining("cannot be loaded")
                        .hasMessageNotContaining("words");
            }
        }
    }

    @Test
    void anAgentSignsForAKeyThatItDoesNotHandOut() throws Exception {
        Path socket = place.resolve("agent");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .start();
        try (SshTarget target = known().agent(socket).build()) {
            // It says where it listens once it does.
            agent.inputReader().readLine();
            assertThatThrownBy(() -> open(target)).hasMessageContaining("accepts none of the keys");

            ProcessBuilder add =
                    new ProcessBuilder("ssh-add", "-q", sshd.userKey().toString()).redirectErrorStream(true);
            add.environment().put("SSH_AUTH_SOCK", socket.toString());
            assertThat(add.start().waitFor()).isZero();

            assertThat(open(target).list("x")).isEmpty();
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @Test
    void anAgentThatIsAwayIsOneWithoutKeys() {
        try (SshTarget target =
                        known().agent(place.resolve("away")).key(sshd.userKey()).build();
                SshTarget nothing = known().agent(place.resolve("away")).build()) {
            assertThat(open(target).list("x")).isEmpty();
            assertThatThrownBy(() -> open(nothing)).hasMessageContaining("accepts none of the keys");
        }
    }

    /** As OpenSSH does: the key that is known is the one that is asked for. */
    @Test
    void aHostWithSeveralKeysIsAskedForTheOneThatIsKnown() throws Exception {
        Path rsa = place.resolve("rsa_key");
        run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", rsa.toString());
        try (LocalSshd two = LocalSshd.start("HostKey " + rsa)) {
            String host = Files.readString(two.knownHosts()).replaceFirst(" .*\\s*", "");
            List<String> known = List.of(host + " " + Files.readString(rsa.resolveSibling("rsa_key.pub")));
            try (SshTarget target = two.target().knownHosts(() -> known).build()) {
                TargetAddress address = new TargetAddress("ssh", two.authority(), place.toString());

                assertThat(target.open(address, Deadline.after(Duration.ofSeconds(30)))
                                .list("x"))
                        .isEmpty();
            }
        }
    }

    @Test
    void aKeyThatIsRevokedLaterIsRefusedByTheNextConnection() throws IOException {
        String known = Files.readString(sshd.knownHosts()).strip();
        try (SshTarget target = sshd.target().build()) {
            assertThat(open(target).list("x")).isEmpty();
        }

        Files.writeString(sshd.knownHosts(), known + "\n@revoked " + known.replaceFirst("^\\S+", "*") + "\n");

        try (SshTarget target = sshd.target().build()) {
            assertThatThrownBy(() -> open(target)).hasMessageContaining("revoked");
        }
    }

    @Test
    void aConnectionThatNobodyUsesIsClosedAndMadeAgain() {
        try (SshTarget target = sshd.target().idleTimeout(Duration.ofSeconds(1)).build()) {
            TargetSession session = open(target);
            List<ProcessHandle> connections = sshd.connections();
            assertThat(connections).hasSize(1);

            connections.forEach(connection -> connection.onExit().join());

            assertThat(session.list("x")).isEmpty();
        }
    }

    private SshTargetBuilder known() {
        return SshTarget.builder().knownHosts(sshd.knownHosts());
    }

    private TargetSession open(SshTarget target) {
        return target.open(
                new TargetAddress("ssh", sshd.authority(), place.toString()), Deadline.after(Duration.ofSeconds(30)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
