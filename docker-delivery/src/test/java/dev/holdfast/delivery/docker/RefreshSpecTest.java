package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refresh asks an engine to make, by the version of its API. */
final class RefreshSpecTest {

    private static final String NETWORKS = """
            {"a":{"NetworkID":"1"},"b":{"NetworkID":"2","MacAddress":"02:77:00:00:00:09","GwPriority":5}}""";

    /** Known failure: a network that was connected later lost the address of its network card, and nobody said so. */
    @ParameterizedTest
    @CsvSource({"1.41, false", "1.43, false", "1.44, true", "1.51, true", "1.60, true"})
    void anEngineThatCanConnectsToAllNetworksAsItMakesTheContainer(String version, boolean all) throws IOException {
        try (ScriptedEngine engine =
                ScriptedEngine.start(version).oneContainer("", "{\"NetworkMode\":\"a\"}", NETWORKS, "{}")) {
            DockerRefresher refresher = DockerRefresher.over(engine.client());
            Deadline deadline = Deadline.after(Duration.ofMinutes(1));

            Throwable failure = catchThrowable(() -> refresher.refresh(
                    refresher.running(deadline).get(0),
                    ImageDigest.of(ScriptedEngine.digest('d')),
                    () -> {},
                    deadline));

            assertThat(failure).as("nothing can be made there").isNotNull();
            assertThat(engine.sent("POST /containers/create").contains("02:77:00:00:00:09"))
                    .isEqualTo(all);
        }
    }

    /** Known failure: a container that a user had made for another platform became one of the engine's own. */
    @ParameterizedTest
    @CsvSource({
        "1.40, arm64, &platform=linux%2Farm64, ''",
        "1.41, arm64, &platform=linux%2Farm64, &platform=linux%2Farm64",
        "1.41, amd64, '', ''"
    })
    void aContainerOfAnotherPlatformThanTheEnginesKeepsIt(
            String version, String architecture, String pulled, String made) throws IOException {
        try (ScriptedEngine engine = ScriptedEngine.start(version).oneContainer("", "{}", "{}", "{}")) {
            engine.on(
                    "GET /images/" + ScriptedEngine.digest('a') + "/json",
                    ScriptedEngine.image(ScriptedEngine.digest('a'), ",\"Config\":{}")
                            .replace("amd64", architecture));

            refreshed(engine);

            String digest = ScriptedEngine.digest('d').replace(":", "%3A");
            assertThat(engine.requests())
                    .anyMatch(request -> request.startsWith("POST /images/create?")
                            && request.contains("&tag=" + digest + pulled + " "))
                    .anyMatch(request ->
                            request.startsWith("POST /containers/create?name=c-1-holdfast-next" + made + " "));
        }
    }

    private static HoldfastException refreshed(ScriptedEngine engine) {
        DockerRefresher refresher = DockerRefresher.over(engine.client());
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        RunningContainer container = refresher.running(deadline).get(0);
        HoldfastException failure = catchThrowableOfType(
                HoldfastException.class,
                () -> refresher.refresh(container, ImageDigest.of(ScriptedEngine.digest('d')), () -> {}, deadline));
        assertThat(failure).as("nothing can be made there").isNotNull();
        return failure;
    }

    /**
     * Known failure: with the containerd store a push from the engine itself drops the old image, and a person had to
     * act.
     */
    @Test
    void anOldImageThatIsGoneFromTheEngineIsPulledAgainByItsDigest() throws IOException {
        try (ScriptedEngine engine =
                ScriptedEngine.start("1.51").oneContainer(",\"Env\":[\"MINE=1\"]", "{}", "{}", "{}")) {
            String old = "GET /images/" + ScriptedEngine.digest('a') + "/json";
            engine.on(old, 404, "{\"message\":\"No such image\"}")
                    .on(
                            "POST /images/create?fromImage=registry.example%2Fshop%2Fapp&tag=sha256%3Aaaaa",
                            () -> {
                                engine.on(old, ScriptedEngine.image(ScriptedEngine.digest('a'), ",\"Config\":{}"));
                                return new ScriptedEngine.Answer(200, "{\"status\":\"pulled\"}");
                            });

            refreshed(engine);

            assertThat(engine.sent("POST /containers/create")).contains("MINE=1");
        }
    }

    @Test
    void anOldImageThatNobodyHasIsRefused() throws IOException {
        try (ScriptedEngine engine = ScriptedEngine.start("1.41").oneContainer("", "{}", "{}", "{}")) {
            engine.on("GET /images/" + ScriptedEngine.digest('a') + "/json", 404, "{\"message\":\"No such image\"}")
                    .on(
                            "POST /images/create?fromImage=registry.example%2Fshop%2Fapp&tag=sha256%3Aaaaa",
                            404, "{\"message\":\"manifest unknown\"}");

            assertThat(refreshed(engine)).hasMessageContaining("its image is gone from the engine");
        }
    }

    /** Known failure: a full disk was told as an image that is gone. */
    @Test
    void anOldImageThatCannotBePulledNowIsToldWithTheReason() throws IOException {
        try (ScriptedEngine engine = ScriptedEngine.start("1.41").oneContainer("", "{}", "{}", "{}")) {
            engine.on("GET /images/" + ScriptedEngine.digest('a') + "/json", 404, "{\"message\":\"No such image\"}")
                    .on(
                            "POST /images/create?fromImage=registry.example%2Fshop%2Fapp&tag=sha256%3Aaaaa",
                            500, "{\"message\":\"write: no space left on device\"}");

            assertThat(refreshed(engine).reason()).isEqualTo(Reason.NO_SPACE);
        }
    }
}
