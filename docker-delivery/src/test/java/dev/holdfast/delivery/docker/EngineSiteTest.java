package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The name under which an engine's attempts are recorded stays the same. */
final class EngineSiteTest {

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private String site() {
        return DockerRefresher.over(engine.client()).site(Deadline.after(Duration.ofMinutes(1)));
    }

    private void moving(String more) {
        engine.on(
                "GET /info",
                () -> new ScriptedEngine.Answer(200, "{\"ID\":\"" + UUID.randomUUID() + "\"" + more + "}"));
    }

    @Test
    void anIdThatStaysIsTheName() {
        assertThat(site()).isEqualTo("one-engine");
    }

    @Test
    void anEngineWhoseIdMovesIsKnownByItsHostAndStorage() {
        moving(",\"Name\":\"box\",\"DockerRootDir\":\"/var/lib/containers/storage\"");

        assertThat(site()).isEqualTo("box:/var/lib/containers/storage").isEqualTo(site());
    }

    @Test
    void anEngineThatHasNothingThatStaysIsRefusedUntilTheHostNamesIt() {
        moving("");

        assertThatThrownBy(this::site)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("DockerRefresher.site");
        assertThat(DockerRefresher.over(engine.client()).site("rack-3").site(Deadline.after(Duration.ofMinutes(1))))
                .isEqualTo("rack-3");
    }

    @Test
    void aBlankNameIsRefused() {
        assertThatThrownBy(() -> DockerRefresher.over(engine.client()).site(" "))
                .isInstanceOf(PermanentException.class);
    }
}
