package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.delivery.docker.OwnEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine is killed in the middle of an upgrade from v1.0.0 to v2.0.0, and started again. */
@Tag("kill")
@Timeout(180)
@Needs({Facility.DOCKERD, Facility.BUSYBOX})
final class EngineRestartIT {

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("hf");
    }

    @AfterEach
    void removeDirectory() throws Exception {
        OwnEngine.remove(directory);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inAnUploadItLeavesTheOldVersion(boolean liveRestore) throws IOException {
        upgrade(liveRestore, "v1.0.0", (story, engine) -> story.install("v2.0.0", 20_000_000, engine::crash));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void beforeTheSwapItLeavesOneWholeVersion(boolean liveRestore) throws IOException {
        upgrade(liveRestore, "v2.0.0", (story, engine) -> story.installStalling("v2.0.0", engine::crash));
    }

    private interface Upgrade {
        void with(FaultStory story, OwnEngine engine);
    }

    private void upgrade(boolean liveRestore, String newest, Upgrade upgrade) throws IOException {
        HostConfig host =
                HostConfig.newHostConfig().withNetworkMode("none").withRestartPolicy(RestartPolicy.alwaysRestart());
        try (OwnEngine engine = OwnEngine.start(directory, liveRestore);
                DockerClient client = engine.connect();
                Busybox workspace = Busybox.startAs(client, "holdfast-test-" + UUID.randomUUID(), host);
                FaultStory story = new FaultStory(DockerTarget.over(client), workspace.address("/data/plugins"))) {
            story.install("v1.0.0");

            FaultStory.failure(() -> upgrade.with(story, engine));

            story.assertSettled("v1.0.0", newest);
        }
    }
}
