package dev.holdfast.delivery.docker;

import static dev.holdfast.delivery.docker.ScriptedEngine.digest;
import static dev.holdfast.delivery.docker.ScriptedEngine.image;
import static dev.holdfast.delivery.docker.ScriptedEngine.listed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine's list says of containers, one odd container or image among them. */
final class RefreshListingTest {

    private static final String APP = "registry.example/shop/app";
    private static final ImagePlatform AMD64 = ImagePlatform.parse("linux/amd64");

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.51");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private List<RunningContainer> running() {
        return DockerRefresher.over(engine.client()).running(Deadline.after(Duration.ofMinutes(1)));
    }

    private RunningContainer named(String name) {
        return running().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ScriptedEngine beside(String oddImage) throws IOException {
        engine.on(
                        "GET /containers/json",
                        "[" + listed('1', APP + ":latest", digest('a')) + ","
                                + listed('2', "somebody/else:1", digest('b')) + "]")
                .on(
                        "GET /images/" + digest('a') + "/json",
                        image(digest('a'), ",\"RepoDigests\":[\"" + APP + "@" + digest('c') + "\"]"));
        return engine.on("GET /images/" + digest('b') + "/json", oddImage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Os\":\"\",\"Architecture\":\"\",\"RepoDigests\":[]}",
                "{\"RepoDigests\":[\"somebody/else@md5:1\",\"nonsense\",\"Some Body@sha256:1\"]}",
                "{\"Os\":\"li nux\",\"Architecture\":\"amd64\"}",
                "{\"RepoDigests\":7,\"Os\":null}"
            })
    void aContainerWhoseImageIsOddKeepsNoOtherFromBeingListed(String odd) throws IOException {
        beside(odd);

        assertThat(named("c-1").digests()).containsExactly(ImageDigest.of(digest('c')));
        assertThat(named("c-2").platform()).as("the engine's own").isEqualTo(AMD64);
    }

    @Test
    void anImageThatTheEngineCannotReadKeepsNoOtherContainerFromBeingListed() throws IOException {
        beside("{}").on("GET /images/" + digest('b') + "/json", 500, "{\"message\":\"layer does not exist\"}");

        assertThat(running()).extracting(RunningContainer::name).containsExactlyInAnyOrder("c-1", "c-2");
    }

    @Test
    void aPlatformInUpperCaseIsTheSamePlatform() throws IOException {
        beside("{\"Os\":\"Linux\",\"Architecture\":\"ARM64\"}");

        assertThat(named("c-2").platform()).isEqualTo(ImagePlatform.parse("linux/arm64"));
    }

    /** The containerd store: the image's id and its digest are both its index's. */
    private ScriptedEngine withIndexes(String listed) throws IOException {
        engine.on("GET /containers/json", "[" + listed + "]");
        return engine.on(
                "GET /images/" + digest('1') + "/json",
                image(digest('1'), ",\"RepoDigests\":[\"" + APP + "@" + digest('1') + "\"]"));
    }

    private static String descriptor() {
        return "\"ImageManifestDescriptor\":{\"digest\":\"" + digest('a') + "\",\"size\":500}";
    }

    @Test
    void whereAnImageIsKnownByItsIndexTheContainersManifestIsToldAsWell() throws IOException {
        withIndexes(listed('1', APP + ":latest", digest('1')))
                .on("GET /containers/" + "1".repeat(64) + "/json", "{" + descriptor() + "}");

        assertThat(named("c-1").digests())
                .containsExactlyInAnyOrder(ImageDigest.of(digest('1')), ImageDigest.of(digest('a')));
    }

    @Test
    void aListThatTellsTheManifestSavesTheLookAtTheContainer() throws IOException {
        withIndexes(listed('1', APP + ":latest", digest('1')).replace("\"Labels\"", descriptor() + ",\"Labels\""));

        assertThat(named("c-1").digests()).contains(ImageDigest.of(digest('a')));
        assertThat(engine.requests()).noneMatch(request -> request.contains("/containers/" + "1".repeat(64)));
    }

    @Test
    void anEngineThatDoesNotKnowTheManifestTellsTheIndexAlone() throws IOException {
        withIndexes(listed('1', APP + ":latest", digest('1')));

        assertThat(named("c-1").digests()).containsExactly(ImageDigest.of(digest('1')));
    }
}
