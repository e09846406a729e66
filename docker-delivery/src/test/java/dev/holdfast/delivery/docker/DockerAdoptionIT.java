package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.FileScript;
import dev.holdfast.spi.FileStep;
import dev.holdfast.spi.ScriptResult;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.testkit.AdoptionContract;
import dev.holdfast.testkit.Facility;
import dev.holdfast.testkit.Needs;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerAdoptionIT extends AdoptionContract {

    private static final String MADE_BY_THE_IMAGE = "RUN [\"/bin/sh\", \"-c\", "
            + "\"cd /configs/plugins && mkdir -p greeter/a empty/a && for i in 1 2 3; do echo $i >greeter/a/$i; done\"]";

    private static DockerClient client;
    private static Busybox workspace;

    @BeforeAll
    static void startWorkspace() {
        client = DockerClients.connect();
        workspace = Busybox.start(client, Busybox.imageWith(client, "layered", MADE_BY_THE_IMAGE), command -> {});
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.close();
        client.close();
    }

    @Override
    protected DeliveryTarget target() {
        return DockerTarget.over(client);
    }

    @Override
    protected TargetAddress address() {
        return workspace.address("/srv/" + UUID.randomUUID() + "/plugins");
    }

    /**
     * No rename moves a directory of an image's layer; mv copies it, then deletes it file by file, and one killed in the
     * middle leaves it torn.
     */
    @Test
    void aDirectoryOfTheImageIsNeverMovedByCopying() {
        String inode = workspace.sh("ls -id /configs/plugins/greeter");
        try (TargetSession session =
                target().open(workspace.address("/configs/plugins"), Deadline.after(Duration.ofMinutes(1)))) {
            ScriptResult result = session.run(FileScript.of(
                    new FileStep.MakeDirectory(".aside"), new FileStep.Rename("greeter", ".aside/greeter")));

            assertThat(result).isInstanceOf(ScriptResult.Failed.class);
        }
        assertThat(workspace.sh("ls -id /configs/plugins/greeter")).isEqualTo(inode);
        assertThat(workspace.sh("cd /configs/plugins/greeter/a && cat 1 2 3")).isEqualTo("1\n2\n3");
    }
}
