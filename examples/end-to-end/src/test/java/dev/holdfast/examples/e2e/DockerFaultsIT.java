package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.FaultStory.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to containers, their disks and the way to them, in the middle of an upgrade from v1.0.0 to v2.0.0. */
@Timeout(180)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerFaultsIT extends ClockFaults {

    private static final String PLUGINS = "/data/plugins";
    /** The shell says that it has begun, and goes on when it is told to. */
    private static final String HANGING_SHELL = "rm /bin/sh; printf '#!/bin/ash\\n: > /tmp/began\\n"
            + "while [ ! -e /tmp/go ]; do sleep 0.1; done\\nexec /bin/ash \"$@\"\\n' > /bin/sh; chmod 755 /bin/sh";

    private static DockerClient client;

    private final String name = "holdfast-test-" + UUID.randomUUID();
    private Busybox workspace;

    @BeforeAll
    static void connect() {
        client = DockerClients.connect();
    }

    @AfterAll
    static void disconnect() throws IOException {
        client.close();
    }

    @BeforeEach
    void start() {
        workspace = Busybox.startAs(client, name, HostConfig.newHostConfig());
    }

    @AfterEach
    void remove() {
        workspace.close();
    }

    private TargetAddress address() {
        return workspace.address(PLUGINS);
    }

    @Override
    FaultStory story() {
        FaultStory story = new FaultStory(DockerTarget.over(client), address());
        story.install("v1.0.0");
        return story;
    }

    private void startAgain() {
        client.startContainerCmd(workspace.id()).exec();
    }

    private void recreate(HostConfig host) {
        workspace.close();
        workspace = Busybox.startAs(client, name, host);
    }

    @Test
    void aContainerThatStopsInAnUploadKeepsTheOldVersion() {
        try (FaultStory story = story()) {
            assertFails(Reason.TARGET_UNUSABLE, () -> story.installBeside("v2.0.0", workspace::kill));

            startAgain();
            story.assertSettled("v1.0.0");
        }
    }

    @Test
    void aContainerThatStopsBeforeTheSwapKeepsTheOldVersion() {
        try (FaultStory story = story()) {
            assertFails(Reason.TARGET_UNUSABLE, () -> story.installStalling("v2.0.0", workspace::kill));

            startAgain();
            story.assertSettled("v1.0.0");
        }
    }

    @Test
    void aContainerThatRestartsBeforeTheSwapGetsOneWholeVersion() {
        try (FaultStory story = story()) {
            FaultStory.failure(() -> story.installStalling("v2.0.0", () -> {
                workspace.kill();
                startAgain();
            }));

            story.assertSettled("v1.0.0", "v2.0.0");
        }
    }

    @Test
    void aContainerThatIsRemovedInAnUploadIsMissingHonestly() {
        try (FaultStory story = story()) {
            assertFails(Reason.TARGET_NOT_FOUND, () -> story.installBeside("v2.0.0", workspace::close));

            recreate(HostConfig.newHostConfig());
            story.assertMissing("v1.0.0");
        }
    }

    /** The session knows the container by its id, so nothing of the old upload goes to the new one. */
    @Test
    void aContainerThatIsRecreatedBeforeTheSwapIsMissingHonestly() {
        try (FaultStory story = story()) {
            assertFails(
                    Reason.TARGET_NOT_FOUND,
                    () -> story.installStalling("v2.0.0", () -> recreate(HostConfig.newHostConfig())));

            story.assertMissing("v1.0.0");
        }
    }

    @Test
    void aContainerThatIsRecreatedInAnUploadIsMissingHonestly() {
        try (FaultStory story = story()) {
            assertFails(
                    Reason.TARGET_NOT_FOUND,
                    () -> story.installBeside("v2.0.0", () -> recreate(HostConfig.newHostConfig())));

            story.assertMissing("v1.0.0");
        }
    }

    /** When it wakes up, it does what it was sent for, or finds that it was fenced. */
    @Test
    void aScriptThatDoesNotEndIsLeftAtTheDeadlineAndSettledLater() {
        try (FaultStory story = story()) {
            workspace.sh(HANGING_SHELL);

            assertFails(Reason.TIMEOUT, () -> story.installWithin(Duration.ofSeconds(5), "v2.0.0"));

            workspace.sh(": > /tmp/go");
            story.assertSettled("v1.0.0", "v2.0.0");
        }
    }

    /** The script is frozen with the container, and goes on with it, beside the recovery. */
    @Test
    void aContainerThatIsPausedInTheScriptIsLeftAtTheDeadlineAndSettledLater() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (FaultStory story = story()) {
            workspace.sh(HANGING_SHELL);
            Future<?> upgrade = threads.submit(
                    () -> assertFails(Reason.TIMEOUT, () -> story.installWithin(Duration.ofSeconds(10), "v2.0.0")));
            workspace.sh("while [ ! -e /tmp/began ]; do :; done");

            client.pauseContainerCmd(workspace.id()).exec();
            upgrade.get();
            client.unpauseContainerCmd(workspace.id()).exec();
            workspace.sh(": > /tmp/go");

            story.assertSettled("v1.0.0", "v2.0.0");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aConnectionThatIsCutInAnUploadKeepsTheOldVersion() throws IOException {
        try (EngineProxy proxy = EngineProxy.to(Path.of("/var/run/docker.sock"));
                DockerClient far = DockerClients.connect(proxy.address());
                FaultStory story = new FaultStory(DockerTarget.over(far), address())) {
            story.install("v1.0.0");

            assertFails(Reason.UNREACHABLE, () -> story.install("v2.0.0", 20_000_000, proxy::cut));

            assertThat(story.names(".staging/greeter")).isEmpty();
            story.assertSettled("v1.0.0");
        }
    }

    @Test
    void aConnectionThatIsCutBeforeTheSwapLeavesOneWholeVersion() throws IOException {
        try (EngineProxy proxy = EngineProxy.to(Path.of("/var/run/docker.sock"));
                DockerClient far = DockerClients.connect(proxy.address());
                FaultStory story = new FaultStory(DockerTarget.over(far), address())) {
            story.install("v1.0.0");

            FaultStory.failure(() -> story.installStalling("v2.0.0", proxy::cut));

            story.assertSettled("v1.0.0", "v2.0.0");
        }
    }

    @Test
    void aDiskThatIsFullKeepsTheOldVersionAndNoLeftOvers() {
        String volume = client.createVolumeCmd()
                .withName(name)
                .withDriverOpts(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=2m"))
                .exec()
                .getName();
        recreate(HostConfig.newHostConfig().withBinds(new Bind(volume, new Volume("/data"))));
        try (FaultStory story = story()) {
            assertFails(Reason.NO_SPACE, () -> story.install("v2.0.0", 3_000_000, () -> {}));

            assertThat(story.live()).isEqualTo("v1.0.0");
            assertThat(story.names(".staging/greeter")).isEmpty();
            story.assertSettled("v1.0.0");
        } finally {
            workspace.close();
            client.removeVolumeCmd(volume).exec();
        }
    }

    @Test
    void aVolumeThatBecomesReadOnlyKeepsTheOldVersion() {
        client.createVolumeCmd().withName(name).exec();
        Volume data = new Volume("/data");
        HostConfig writable = HostConfig.newHostConfig().withBinds(new Bind(name, data));
        recreate(writable);
        try (FaultStory story = story()) {
            recreate(HostConfig.newHostConfig().withBinds(new Bind(name, data, AccessMode.ro)));
            assertFails(Reason.TARGET_READ_ONLY, () -> story.install("v2.0.0"));

            recreate(writable);
            story.assertSettled("v1.0.0");
        } finally {
            workspace.close();
            client.removeVolumeCmd(name).exec();
        }
    }
}
