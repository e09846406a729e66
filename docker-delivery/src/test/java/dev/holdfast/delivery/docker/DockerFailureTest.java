package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import org.junit.jupiter.api.Test;

final class DockerFailureTest {

    /** Known failure: told as one to try again, for ever. By Docker 28.5.2 with {@code --userns-remap}. */
    @Test
    void anOwnerThatTheEngineDoesNotMapIsRefusedForGood() {
        HoldfastException refused = DockerFailure.of(
                "the upload",
                new InternalServerErrorException("Status 500: {\"message\":\"Error processing tar file: "
                        + "container ID 3000000 cannot be mapped to a host ID\"}"));

        assertThat(refused).isInstanceOf(PermanentException.class).hasMessageContaining("name an owner");
        assertThat(refused.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
    }
}
