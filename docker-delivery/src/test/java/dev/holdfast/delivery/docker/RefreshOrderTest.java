package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a refresh that was broken off is put in order where an engine is slow to remove. */
final class RefreshOrderTest {

    private static final String OLD = "1".repeat(64);
    private static final String NEW = "2".repeat(64);

    private ScriptedEngine engine;
    private DockerClient client;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41");
        client = engine.client();
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    /** Known failure: the new container was removed for one that the engine was removing, and nothing was left. */
    @ParameterizedTest
    @ValueSource(strings = {"removing", "dead"})
    void anOldContainerThatTheEngineRemovesIsNotBroughtBack(String status) {
        String labels = PodmanRefreshTest.labels(OLD, "new");
        engine.on(
                        "GET /containers/c/json",
                        PodmanRefreshTest.container(NEW, "c", "{\"Running\":false,\"Status\":\"exited\"}", labels))
                .on(
                        "GET /containers/c-holdfast-last/json",
                        PodmanRefreshTest.container(
                                OLD, "c-holdfast-last", "{\"Running\":false,\"Status\":\"" + status + "\"}", ""))
                .on("DELETE /containers/" + OLD, 409, "{\"message\":\"removal is already in progress\"}")
                .on("DELETE /containers/" + NEW, 204, "");

        PodmanRefreshTest.steps(client).putInOrder("c", true);

        assertThat(engine.requests())
                .noneMatch(request -> request.startsWith("DELETE /containers/" + NEW))
                .noneMatch(request -> request.contains("/rename"))
                .anyMatch(request -> request.startsWith("DELETE /containers/" + OLD));
    }
}
