package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Settings of a user's that look like the image's or the engine's own survive a refresh. */
@Timeout(300)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class RefreshedSettingsIT {

    private RegistryServer registry;
    private DockerClient client;
    private RefreshStory story;

    @BeforeEach
    void start() {
        registry = RegistryServer.secured();
        client = DockerClients.connect();
        story = new RefreshStory(client, registry);
    }

    @AfterEach
    void stop() throws IOException {
        story.close();
        try {
            client.removeVolumeCmd(story.name()).exec();
        } catch (NotFoundException e) {
            // Only one test makes one.
        }
        client.close();
        registry.close();
    }

    private void refresh() {
        DockerRefresher refresher = DockerRefresher.over(client)
                .credentials(RefreshStory::credentials)
                .settle(Duration.ofMillis(100));
        String old = story.running(refresher).id();
        refresher.refresh(story.running(refresher), story.push("ENV FROM_IMAGE=two"), () -> {}, RefreshStory.soon());
        assertThat(story.running(refresher).id()).isNotEqualTo(old);
    }

    /** Known failure: the engine published nothing, as the new image does not expose the port. */
    @Test
    void aPublishedPortIsPublishedWhateverTheNewImageExposes() {
        story.push("EXPOSE 8080");
        story.start(command -> command.withExposedPorts(ExposedPort.tcp(8080))
                .withHostConfig(HostConfig.newHostConfig().withPortBindings(PortBinding.parse("127.0.0.1::8080/tcp"))));

        refresh();

        JsonNode published = story.inspect().path("NetworkSettings").path("Ports");
        assertThat(published.path("8080/tcp").path(0).path("HostIp").asText()).isEqualTo("127.0.0.1");
    }

    /** Known failure: the container had the name of the machine. */
    @Test
    void aHostNameStaysAlsoInTheNetworkOfTheMachine() throws IOException {
        // An engine that maps users shares the machine's network with nobody else.
        String users = EngineAnswer.mapsUsers(client) ? "host" : "";
        story.push("ENV FROM_IMAGE=one");
        story.start(command -> command.withHostName("mine.example")
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode("host").withUsernsMode(users)));

        refresh();

        assertThat(story.sh("hostname")).isEqualTo("mine.example");
    }

    /** Known failure: the engine refused two mounts at one place. */
    @Test
    void aVolumeWhosePlaceEndsWithASlashKeepsItsContent() {
        story.push("ENV FROM_IMAGE=one");
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("Image", story.image().toString())
                .put("StopTimeout", 1);
        body.putObject("Labels").put("dev.holdfast.test.refresh", story.name().substring("holdfast-refresh-".length()));
        body.putObject("HostConfig").putArray("Binds").add(story.name() + ":/data/");
        EngineApi engine = EngineApi.of(client, RefreshStory.soon());
        String id = engine.create("/containers/create?name=" + story.name(), body)
                .path("Id")
                .asText();
        engine.settle("/containers/" + id + "/start");
        story.sh("echo kept > /data/file");

        refresh();

        assertThat(story.sh("cat /data/file")).isEqualTo("kept");
    }
}
