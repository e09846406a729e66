package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.examples.host.PlatformFixture.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The platform with a real engine: a workspace that is a container, from its first plugin to its end. */
@Timeout(120)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerModeIT {

    private static final String LIVE = "cat /configs/plugins/greeter/greeting.txt";

    private final String workspace = "ws-" + UUID.randomUUID();
    private final String plugins = "/workspaces/" + workspace + "/plugins";
    private final DockerClient client = DockerClients.connect();

    @TempDir
    private Path directory;

    private PlatformFixture platform;
    private Busybox container;

    @BeforeEach
    void start() throws IOException {
        container = Busybox.start(client, command -> {
            Map<String, String> labels = new HashMap<>(command.getLabels());
            labels.put("dev.holdfast.workload", workspace);
            command.withLabels(labels);
        });
        platform = new PlatformFixture(directory, Map.of(), options -> options.docker = true);
    }

    @AfterEach
    void stop() throws IOException {
        if (platform != null) {
            platform.close();
        }
        container.close();
        client.close();
    }

    private String indexed() {
        assertThat(platform.post("/admin/containers/reconcile", "{}").status()).isEqualTo(204);
        return platform.get("/admin/containers?workspace=" + workspace)
                .json()
                .path(0)
                .path("state")
                .asText();
    }

    private Reply install(DemoRepository repository, String ref) {
        return platform.post(
                plugins,
                "{\"source\": \"" + repository.at(ref) + "\", \"plugin\": \"greeter\", \"track\": \"tag:latest\"}");
    }

    @Test
    void aContainerIsAWorkspaceUntilItStops() throws IOException {
        DemoRepository repository = platform.repository();
        repository.commit("First", Map.of("greeting.txt", "1\n")).tag("v1.0.0");
        Reply made = platform.put("/workspaces/" + workspace, "{\"container\": \"" + container.name() + "\"}");
        assertThat(made.json().get("target").asText()).isEqualTo("docker://" + container.name() + "/configs/plugins");
        assertThat(install(repository, "tag:v1.0.0").status()).isEqualTo(201);
        assertThat(container.sh(LIVE)).isEqualTo("1");
        assertThat(indexed()).isEqualTo("running");

        repository.commit("Second", Map.of("greeting.txt", "2\n")).tag("v1.1.0");
        assertThat(platform.post("/admin/sweeps", "{}").json().get("queued").asInt())
                .isEqualTo(1);
        JsonNode update = platform.update(workspace);
        Reply applied = platform.post(
                "/admin/plugin-updates/" + update.get("id") + "/apply", "{\"revision\": " + update.get("to") + "}");
        assertThat(applied.json().get("status").asText()).isEqualTo("applied");
        assertThat(container.sh(LIVE)).isEqualTo("2");
        assertThat(platform.post(plugins + "/greeter/rollback", "{}").status()).isEqualTo(200);
        assertThat(container.sh(LIVE)).isEqualTo("1");

        container.kill();
        assertThat(indexed()).isEqualTo("stopped");
        Reply refused = install(repository, "tag:v1.1.0");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("detail").asText()).contains("not running", "start it");
    }
}
