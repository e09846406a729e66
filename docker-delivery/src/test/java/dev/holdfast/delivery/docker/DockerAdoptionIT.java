package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.delivery.AdoptionContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerAdoptionIT extends AdoptionContract {

    private static final String MADE_BY_THE_IMAGE = "RUN [\"/bin/sh\", \"-c\", "
            + "\"cd /configs/plugins && mkdir -p greeter/a empty/a && for i in 1 2 3; do echo $i >greeter/a/$i; done\"]";

    @RegisterExtension
    static final DockerWorkspace WORKSPACE =
            DockerWorkspace.of(client -> Busybox.imageWith(client, "layered", MADE_BY_THE_IMAGE));

    @Override
    protected DeliveryTarget target() {
        return WORKSPACE.target();
    }

    @Override
    protected TargetAddress address() {
        return WORKSPACE.address();
    }

    /**
     * No rename moves a directory of an image's layer; mv copies it, then deletes it file by file, and one killed in
     * the middle leaves it torn.
     */
    @Test
    void aDirectoryOfTheImageIsNeverMovedByCopying() {
        String inode = WORKSPACE.container().sh("ls -id /configs/plugins/greeter");
        try (TargetSession session = target().open(
                        WORKSPACE.container().address("/configs/plugins"), Deadline.after(Duration.ofMinutes(1)))) {
            ScriptResult result = session.run(FileScript.of(
                    new FileStep.MakeDirectory(".aside"), new FileStep.Rename("greeter", ".aside/greeter")));

            assertThat(result).isInstanceOf(ScriptResult.Failed.class);
        }
        assertThat(WORKSPACE.container().sh("ls -id /configs/plugins/greeter")).isEqualTo(inode);
        assertThat(WORKSPACE.container().sh("cd /configs/plugins/greeter/a && cat 1 2 3"))
                .isEqualTo("1\n2\n3");
    }
}
