package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A container in which a shell has run, and then runs no more. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class LostShellIT {

    private static final FileScript ANY = FileScript.of(new FileStep.MakeDirectory("made"));

    private static DockerClient client;
    private static Busybox workspace;

    @BeforeAll
    static void startWorkspace() {
        client = DockerClients.connect();
        workspace = Busybox.start(client);
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.close();
        client.close();
    }

    private static TargetSession open(DockerTarget target) {
        return target.open(workspace.address("/configs"), Deadline.after(Duration.ofMinutes(1)));
    }

    /** Known failure: nobody looked again, so each delivery was uploaded and refused only then, until the JVM ended. */
    @Test
    void aShellThatIsGoneIsLookedForAgain() {
        DockerTarget target = DockerTarget.over(client);
        try (TargetSession session = open(target)) {
            session.run(ANY);
        }
        workspace.sh("/bin/busybox rm /bin/sh");

        try (TargetSession session = open(target)) {
            assertThatThrownBy(() -> session.run(ANY))
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TARGET_UNUSABLE));
        }

        assertThatThrownBy(() -> open(target))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("has no shell");
        workspace.sh("/bin/busybox ln -s /bin/busybox /bin/sh");
        try (TargetSession session = open(target)) {
            session.run(ANY);
        }
    }
}
