package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Podman says of containers otherwise than Docker, or cannot do. */
final class PodmanRefreshTest {

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

    private RefreshSteps steps() {
        return steps(client);
    }

    static RefreshSteps steps(DockerClient client) {
        return new RefreshSteps(
                EngineApi.of(client, Deadline.after(Duration.ofMinutes(1))),
                () -> {},
                new RefreshSteps.Patience(Duration.ZERO, Duration.ZERO),
                OwnContainer.of(Path.of("/nonexistent")));
    }

    static String container(String id, String name, String state, String more) {
        return "{\"Id\":\"" + id + "\",\"Name\":\"/" + name + "\",\"State\":" + state
                + ",\"Config\":{\"Image\":\"app\",\"StopTimeout\":30" + more
                + "},\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"}}}";
    }

    static String labels(String of, String role) {
        return ",\"Labels\":{\"dev.holdfast.refresh.of\":\"" + of + "\",\"dev.holdfast.refresh.role\":\"" + role
                + "\"}";
    }

    /** Known failure: it was waited for until it was taken for unhealthy, and each refresh was undone. */
    @Test
    void anEmptyHealthIsThatOfAContainerWhichNobodyChecks() {
        engine.on("GET /containers/c/json", container(NEW, "c", """
                {"Running":true,"Status":"running","StartedAt":"t","Health":{"Status":"","FailingStreak":0}}""", ""));

        steps().watch("c");

        assertThat(engine.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    /** Known failure: no container whose restart policy is "always" was ever replaced, nor put back. */
    @Test
    void whereNoRestartPolicyCanBeChangedTheOldContainerComesBackAllTheSame() {
        engine.on("GET /containers/c-holdfast-last/json", container(OLD, "c-holdfast-last", "{\"Running\":false}", ""))
                .on("GET /containers/c-holdfast-next/json", container(NEW, "c-holdfast-next", "{}", labels(OLD, "new")))
                .on("POST /containers/" + OLD + "/update", 404, "Not Found")
                .on("DELETE /containers/" + NEW, 204, "")
                .on("POST /containers/" + OLD + "/rename", 204, "")
                .on("POST /containers/" + OLD + "/start", 204, "");

        steps().putInOrder("c", true);

        assertThat(engine.requests()).anyMatch(request -> request.startsWith("POST /containers/" + OLD + "/start"));
    }

    /** Known failure: it was started while it was being stopped, which Podman refuses. */
    @Test
    void aContainerThatIsStillBeingStoppedIsWaitedFor() {
        AtomicInteger looks = new AtomicInteger();
        engine.on(
                        "GET /containers/c/json",
                        () -> new ScriptedEngine.Answer(
                                200,
                                container(
                                        OLD,
                                        "c",
                                        looks.incrementAndGet() < 4
                                                ? "{\"Running\":false,\"Status\":\"stopping\"}"
                                                : "{\"Running\":false,\"Status\":\"exited\"}",
                                        "")))
                .on("GET /containers/c-holdfast-next/json", container(NEW, "c-holdfast-next", "{}", labels(OLD, "new")))
                .on("POST /containers/" + OLD + "/update", "{}")
                .on("DELETE /containers/" + NEW, 204, "")
                .on("POST /containers/" + OLD + "/start", () -> {
                    assertThat(looks.get()).isGreaterThanOrEqualTo(4);
                    return new ScriptedEngine.Answer(204, "");
                });

        steps().putInOrder("c", true);

        assertThat(engine.requests()).anyMatch(request -> request.startsWith("POST /containers/" + OLD + "/start"));
    }

    /** Known failure: what was told to stop just before was not started again, and nothing ran. */
    @Test
    void aContainerThatPodmanDoesNotStartWhileItStopsIsStartedAfterwards() {
        AtomicInteger starts = new AtomicInteger();
        engine.on("GET /containers/c-holdfast-last/json", container(OLD, "c-holdfast-last", "{\"Running\":false}", ""))
                .on("POST /containers/" + OLD + "/rename", 204, "")
                .on(
                        "POST /containers/" + OLD + "/start",
                        () -> starts.incrementAndGet() < 3
                                ? new ScriptedEngine.Answer(500, "{\"message\":\"container state improper\"}")
                                : new ScriptedEngine.Answer(204, ""));

        steps().putInOrder("c", true);

        assertThat(starts).hasValue(3);
    }

    /** Known failure: the refresh failed, as if somebody had given a wrong name. */
    @Test
    void aContainerThatGoesAwayWhileItIsLookedAtIsGone() {
        engine.on("GET /containers/c/json", 500, """
                {"message":"container 1 does not exist in database: no such container","response":500}""");

        assertThat(RefreshNames.named(EngineApi.of(client, Deadline.after(Duration.ofMinutes(1))), "c"))
                .isEmpty();
    }

    /** Known failure: a copy was listed under another name of its image, and that was pulled. */
    @Test
    void aCopyFollowsTheImageOfItsLabelAndNotThatOfTheList() {
        engine.on("GET /containers/json", """
                [{"Id":"%s","Names":["/c"],"Image":"docker.io/library/other:1","ImageID":"%s","State":"running",
                "Labels":{"dev.holdfast.refresh.image":"registry.example/shop/app:latest"}}]""".formatted(OLD, ScriptedEngine.digest('a')));

        assertThat(DockerRefresher.over(client).running(Deadline.after(Duration.ofMinutes(1))))
                .extracting(RunningContainer::image)
                .hasToString("[registry.example/shop/app:latest]");
    }
}
