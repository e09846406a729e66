package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SshTargetBuilderTest {

    @Test
    void whatCannotWorkIsRefusedAtOnce() {
        SshTargetBuilder ssh = SshTarget.builder();

        assertThatThrownBy(() -> ssh.channels(0)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> ssh.keepAlive(Duration.ZERO)).hasMessageContaining("keep-alive");
        assertThatThrownBy(() -> ssh.idleTimeout(Duration.ofMillis(10))).hasMessageContaining("idle timeout");
    }

    @Test
    void aPassphraseIsNotShown() {
        assertThat(new KeyFile(Path.of("id_ed25519"), "secret words"))
                .asString()
                .doesNotContain("secret");
    }
}
