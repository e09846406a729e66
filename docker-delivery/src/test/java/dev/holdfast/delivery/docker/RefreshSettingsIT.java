package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings that came with newer versions of the API survive a refresh, as far as the engine of this run knows them. */
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class RefreshSettingsIT {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String MAC = "02:77:00:00:00:09";

    private RegistryServer registry;
    private DockerClient client;
    private RefreshStory story;
    private EngineApi engine;
    /** The second number of the newest API. */
    private int api;

    private boolean podman;

    @BeforeEach
    void start() {
        registry = RegistryServer.secured();
        client = DockerClients.connect();
        story = new RefreshStory(client, registry);
        engine = EngineApi.of(client, RefreshStory.soon());
        api = Integer.parseInt(
                engine.get("/version").path("ApiVersion").asText().split("\\.", 2)[1]);
        podman = engine.isPodman();
        network("a");
        network("b");
    }

    @AfterEach
    void stop() throws IOException {
        story.close();
        client.removeNetworkCmd(network("a", false)).exec();
        client.removeNetworkCmd(network("b", false)).exec();
        try {
            client.removeVolumeCmd(story.name()).exec();
        } catch (NotFoundException e) {
            // No test of this engine made one.
        }
        client.close();
        registry.close();
    }

    private String network(String which) {
        return network(which, true);
    }

    private String network(String which, boolean make) {
        String name = story.name() + "-" + which;
        if (make) {
            client.createNetworkCmd().withName(name).exec();
        }
        return name;
    }

    /** A part of a volume, and an image, where the engine can mount them. */
    private void mounts(ObjectNode host) {
        if (podman || api < 45) {
            return;
        }
        String made = Busybox.run(
                client,
                "mkdir /v/part; echo here > /v/part/f",
                command ->
                        command.withHostConfig(HostConfig.newHostConfig().withBinds(Bind.parse(story.name() + ":/v"))));
        client.waitContainerCmd(made).start().awaitStatusCode();
        Busybox.remove(client, made);
        ObjectNode volume = NODES.objectNode()
                .put("Type", "volume")
                .put("Source", story.name())
                .put("Target", "/part");
        volume.putObject("VolumeOptions").put("Subpath", "part");
        host.putArray("Mounts").add(volume);
        if (api >= 48) {
            host.withArray("Mounts")
                    .add(NODES.objectNode()
                            .put("Type", "image")
                            .put("Source", Busybox.image(client))
                            .put("Target", "/image"));
        }
    }

    private String create() {
        ObjectNode body =
                NODES.objectNode().put("Image", story.image().toString()).put("StopTimeout", 1);
        body.putObject("Labels").put("dev.holdfast.test.refresh", story.name().substring("holdfast-refresh-".length()));
        ObjectNode host = body.putObject("HostConfig").put("NetworkMode", network("a", false));
        mounts(host);
        ObjectNode endpoints = body.putObject("NetworkingConfig").putObject("EndpointsConfig");
        endpoints.putObject(network("a", false)).put("GwPriority", 1);
        ObjectNode second = NODES.objectNode().put("GwPriority", 5).put("MacAddress", MAC);
        if (api >= 44) {
            endpoints.set(network("b", false), second);
        }
        String id = engine.create("/containers/create?name=" + story.name(), body)
                .path("Id")
                .asText();
        if (api < 44) {
            engine.post(
                    "/networks/" + network("b", false) + "/connect",
                    NODES.objectNode().put("Container", id).set("EndpointConfig", second));
        }
        engine.post("/containers/" + id + "/start", NODES.objectNode());
        return id;
    }

    private JsonNode endpoint(String which, String setting) {
        return story.inspect()
                .path("NetworkSettings")
                .path("Networks")
                .path(network(which, false))
                .path(setting);
    }

    /** Known failure: with an older version of the API most of these were lost, and nobody said so. */
    @Test
    void networksAndMountsOfNewerEnginesStay() {
        story.push("ENV FROM_IMAGE=one");
        String old = create();
        JsonNode before = story.inspect().path("HostConfig").path("Mounts");
        DockerRefresher refresher = DockerRefresher.over(client)
                .credentials(RefreshStory::credentials)
                .settle(Duration.ofMillis(100));

        refresher.refresh(story.running(refresher), story.push("ENV FROM_IMAGE=two"), () -> {}, RefreshStory.soon());

        assertThat(story.inspect().path("Id").asText()).isNotEqualTo(old);
        assertThat(story.inspect().path("HostConfig").path("Mounts")).isEqualTo(before);
        assertThat(endpoint("a", "NetworkID").asText()).isNotEmpty();
        assertThat(endpoint("b", "NetworkID").asText()).isNotEmpty();
        if (!podman && api >= 44) {
            assertThat(endpoint("b", "MacAddress").asText()).isEqualTo(MAC);
        }
        if (!podman && api >= 48) {
            assertThat(endpoint("a", "GwPriority").asInt()).isEqualTo(1);
            assertThat(endpoint("b", "GwPriority").asInt()).isEqualTo(5);
            assertThat(story.sh("cat /part/f; ls /image/bin/busybox")).isEqualTo("here\n/image/bin/busybox");
        }
    }
}
