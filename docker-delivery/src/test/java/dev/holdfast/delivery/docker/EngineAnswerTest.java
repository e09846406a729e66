package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that docker-java's types do not take, and those that nobody can read. */
final class EngineAnswerTest {

    private static final TargetAddress ADDRESS = TargetAddress.parse("docker://c-1/data/plugins");

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private HoldfastException refused() {
        HoldfastException e = catchThrowableOfType(
                HoldfastException.class,
                () -> DockerTarget.over(engine.client()).open(ADDRESS, soon()).close());
        assertThat(e).isNotNull();
        return e;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"CapDrop\":[\"all\"]",
                "\"CapAdd\":[\"CAP_OF_TOMORROW\"]",
                "\"VolumesFrom\":[\"c:ro,z\"]",
                "\"Binds\":[\"/anon\"]",
                "\"Mounts\":[{\"Type\":\"cluster\",\"Target\":\"/c\"}]",
                "\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":9223372036854775807,\"Hard\":9223372036854775807}]"
            })
    void aSettingThatTheClientDoesNotKnowKeepsNoContainerFromBeingATarget(String setting) {
        engine.on(
                        "GET /containers/c-1/json",
                        "{\"Id\":\"1\",\"State\":{\"Running\":true},\"HostConfig\":{" + setting
                                + "},\"Config\":{\"ExposedPorts\":{\"80-90/tcp\":{}}},\"Mounts\":[]}")
                .on("HEAD /containers/1/archive", 404, "")
                .on("GET /containers/1/archive", 404, "{\"message\":\"Could not find the file /bin/sh\"}")
                .on("POST /containers/1/exec", 409, "{\"message\":\"Container 1 is not running\"}");

        assertThat(refused())
                .as("the container was read, and its shell is asked for")
                .hasMessageContaining("start the container");
    }

    @Test
    void anAnswerThatIsNotJsonIsPermanentAndNotAnEngineThatWentAway() {
        engine.on("GET /containers/c-1/json", "<html>welcome</html>");

        HoldfastException e = refused();

        assertThat(e).isInstanceOf(PermanentException.class).hasMessageContaining("cannot be read");
        assertThat(e.reason()).isEqualTo(Reason.PROTOCOL);
    }

    @Test
    void aListThatTheClientsTypesDoNotTakeIsPermanentAndNotAnEngineThatWentAway() {
        engine.on("GET /containers/json", "[{\"Id\":\"1\",\"Created\":\"yesterday\"}]");

        assertThatThrownBy(() -> DockerRuntime.over(engine.client(), "node-1").list(soon()))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("cannot be read")
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.PROTOCOL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"Id\":\"1\"", ""})
    void anAnswerThatEndsInTheMiddleIsAskedForAgain(String cut) {
        engine.on("GET /containers/json", cut);

        assertThatThrownBy(() -> DockerRuntime.over(engine.client(), "node-1").list(soon()))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("ended in the middle")
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void aProxyThatRefusesInItsOwnWordsIsQuoted() {
        engine.on("GET /containers/c-1/json", 403, "blocked by policy");

        assertThat(refused()).hasMessageContaining("blocked by policy");
    }

    @Test
    void aClientOfAnotherClassTellsTheSameOfAContainer() throws IOException {
        String json = """
                {"Id":"1","State":{"Running":true,"Paused":false,"Status":"running"},
                "HostConfig":{"ReadonlyRootfs":true,"PidMode":"host","UsernsMode":"host","Tmpfs":{"/t":"size=1m"},
                "Mounts":[{"Type":"tmpfs","Target":"/m"}]},
                "Mounts":[{"Type":"volume","Destination":"/data","RW":false}]}""";
        ObjectMapper mapper = new ObjectMapper()
                .configure(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        InspectContainerResponse typed = mapper.readValue(json, InspectContainerResponse.class);

        JsonNode told = mapper.valueToTree(typed);

        assertThat(told.path("Id").asText()).isEqualTo("1");
        assertThat(told.path("State").path("Running").asBoolean()).isTrue();
        assertThat(told.path("State").path("Status").asText()).isEqualTo("running");
        JsonNode host = told.path("HostConfig");
        assertThat(host.path("ReadonlyRootfs").asBoolean()).isTrue();
        assertThat(host.path("PidMode").asText()).isEqualTo("host");
        assertThat(host.path("UsernsMode").asText()).isEqualTo("host");
        assertThat(host.path("Tmpfs").has("/t")).isTrue();
        assertThat(host.path("Mounts").get(0).path("Type").asText()).isEqualTo("tmpfs");
        assertThat(host.path("Mounts").get(0).path("Target").asText()).isEqualTo("/m");
        JsonNode mount = told.path("Mounts").get(0);
        assertThat(mount.path("Destination").asText()).isEqualTo("/data");
        assertThat(mount.path("RW").asBoolean(true)).isFalse();
    }
}
