package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a pull failed, as engines write it into an answer that began well. */
final class PullFailureTest {

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41");
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private HoldfastException refused(boolean known) {
        DockerRefresher refresher = DockerRefresher.over(engine.client())
                .credentials(registry ->
                        known ? Optional.of(RegistryCredentials.basic("alice", "secret")) : Optional.empty());
        HoldfastException e = catchThrowableOfType(
                HoldfastException.class,
                () -> refresher.pull(
                        ImageReference.parse("registry.example/shop/app:latest"),
                        ImageDigest.of(ScriptedEngine.digest('d')),
                        Deadline.after(Duration.ofMinutes(1))));
        assertThat(e).isNotNull();
        return e;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "toomanyrequests: You have reached your pull rate limit | false | RATE_LIMITED | true",
                "denied: requested access to the resource is denied | false | UNAUTHORIZED | false",
                "denied: requested access to the resource is denied | true | FORBIDDEN | false",
                "unauthorized: authentication required | true | UNAUTHORIZED | false",
                "write /var/lib/docker/tmp/x: no space left on device | false | NO_SPACE | false",
                "manifest for x not found: manifest unknown | false | REVISION_NOT_FOUND | false",
                "no matching manifest for linux/arm64 in the manifest list entries | false | REVISION_NOT_FOUND | false",
                "no image found in manifest list for architecture arm64, OS linux | false | REVISION_NOT_FOUND | false",
                "dial tcp 10.0.0.1:443: i/o timeout | false | TARGET_FAILED | true"
            })
    void whatTheEngineSaysOfAPullDecidesWhetherItIsTriedAgain(
            String said, boolean known, Reason reason, boolean again) {
        engine.on("POST /images/create", "{\"status\":\"Pulling\"}\n{\"error\":\"" + said + "\"}\n");

        HoldfastException e = refused(known);

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e instanceof TransientException).isEqualTo(again);
        assertThat(e).hasMessageContaining(said);
    }

    @Test
    void anAnswerThatEndsInTheMiddleOfALineIsToldInPlainWords() {
        engine.on("POST /images/create", "{\"status\":\"Pulling\"}\n{\"status\":\"Down");

        HoldfastException e = refused(false);

        assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(e).hasMessageContaining("ended in the middle of a line");
        assertThat(e.getMessage()).doesNotContain("fasterxml");
    }

    @Test
    void aRefusalThatIsNotJsonIsQuoted() {
        engine.on("POST /images/create", 502, "<h1>Bad gateway</h1>");

        assertThat(refused(false)).hasMessageContaining("Bad gateway");
    }
}
