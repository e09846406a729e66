package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TransientException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChannelsTest {

    private final Deadline now = Deadline.after(Duration.ZERO);
    private final Channels channels = new Channels("ssh://me@small", 3);

    @Test
    void noMoreAreOpenedAtATimeThanTheServerGave() {
        channels.enter(now);
        channels.enter(now);

        assertThat(channels.refused()).isFalse();

        assertThatThrownBy(() -> channels.enter(now))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("waiting for earlier work on ssh://me@small");
        channels.leave();
        assertThatCode(() -> channels.enter(now)).doesNotThrowAnyException();
    }

    @Test
    void aServerThatRefusesTheOnlyChannelIsStillAskedForOne() {
        channels.enter(now);

        assertThat(channels.refused()).isTrue();

        channels.enter(now);
        assertThatThrownBy(() -> channels.enter(now)).isInstanceOf(TransientException.class);
    }

    @Test
    void whoGaveUpWaitingDoesNotHoldUpTheLine() {
        channels.enter(now);
        channels.enter(now);
        channels.enter(now);
        assertThatThrownBy(() -> channels.enter(now)).isInstanceOf(TransientException.class);

        channels.leave();

        assertThatCode(() -> channels.enter(now)).doesNotThrowAnyException();
    }

    @Test
    void aNewConnectionForgetsWhatAnOlderOneRefused() {
        channels.enter(now);
        channels.refused();

        channels.reconnected();

        channels.enter(now);
        assertThatCode(() -> channels.enter(now)).doesNotThrowAnyException();
    }
}
