package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a helper takes from its container, and which helpers are removed, whatever the engine calls their state. */
final class HelperShellTest {

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41")
                .on("GET /containers/c-1/json", """
                        {"Id":"1","State":{"Running":true},"HostConfig":{"UsernsMode":"host"},"Mounts":[]}""")
                .on("GET /containers/1/archive", 404, "{\"message\":\"Could not find the file\"}")
                .on("GET /containers/json", "[]")
                .on("POST /containers/create", 201, "{\"Id\":\"helper\",\"Warnings\":[]}")
                .on("POST /containers/helper/start", 204, "")
                .on("POST /containers/helper/exec", 201, "{\"Id\":\"e\"}")
                .on("POST /exec/e/start", "")
                .on("GET /exec/e/json", "{\"Running\":false,\"ExitCode\":0}")
                .on("DELETE /containers/", 204, "");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private void run() {
        try (TargetSession session = DockerTarget.over(engine.client())
                .helperImage("busybox")
                .open(TargetAddress.parse("docker://c-1/srv/plugins"), Deadline.after(Duration.ofMinutes(1)))) {
            session.run(FileScript.of(new FileStep.MakeDirectory("a")));
        }
    }

    @Test
    void itJoinsTheUserNamespaceOfTheContainerWhoseProcessesItShares() {
        run();

        assertThat(engine.sent("POST /containers/create"))
                .contains("\"UsernsMode\":\"host\"")
                .contains("\"PidMode\":\"container:1\"");
    }

    /**
     * Known failure: files of a container without a user namespace belong to users that a helper in one does not have.
     */
    @Test
    void itHasTheUsersOfTheStoppedContainerWhoseVolumesItShares() {
        engine.on("GET /containers/c-1/json", """
                        {"Id":"1","State":{"Running":false},"HostConfig":{"UsernsMode":"host"},
                        "Mounts":[{"Type":"volume","Destination":"/srv","RW":true}]}""");

        run();

        assertThat(engine.sent("POST /containers/create"))
                .contains("\"UsernsMode\":\"host\"")
                .contains("\"VolumesFrom\":[\"1:rw\"]")
                .doesNotContain("PidMode\":\"container");
    }

    /** Known failure: Podman refuses to filter by a state that it does not know. */
    @Test
    void thoseThatNeverStartedAreFoundWithoutAFilterByState() {
        engine.on(
                "GET /containers/json",
                "[" + old("a", "created") + "," + old("b", "running") + "," + old("c", "configured") + ","
                        + old("d", "exited") + "]");

        run();

        assertThat(engine.requests())
                .filteredOn(request -> request.startsWith("DELETE"))
                .extracting(request -> request.replaceFirst("DELETE /containers/([a-z]+)(?s:.*)", "$1"))
                .containsExactly("a", "c", "d", "helper");
        assertThat(engine.requests()).noneMatch(request -> request.contains("status"));
    }

    /** Known failure: as crun says it, a helper image without sleep was to be tried again, for ever. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "crun: executable file `sleep` not found in $PATH: No such file or directory: OCI runtime attempted to"
                        + " invoke a command that was not found",
                "OCI runtime create failed: runc create failed: unable to start container process: exec: \\\"sleep\\\":"
                        + " executable file not found in $PATH: unknown"
            })
    void anImageWithoutSleepIsRefusedForGoodByWhicheverRuntimeTheEngineHas(String said) {
        engine.on("POST /containers/helper/start", 500, "{\"message\":\"" + said + "\"}");

        assertThatThrownBy(this::run)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("name a helper image with sh and sleep");
    }

    private static String old(String id, String state) {
        return "{\"Id\":\"" + id + "\",\"State\":\"" + state + "\",\"Labels\":{\"dev.holdfast.helper\":\"1000\"}}";
    }
}
