package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class MutableClockTest {

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-21T09:30:00Z"));

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo("2026-11-21T09:30:00Z");

        clock.advance(Duration.ofMinutes(5));
        assertThat(clock.instant()).isEqualTo("2026-11-21T09:35:00Z");

        clock.set(Instant.EPOCH);
        assertThat(clock.millis()).isZero();
    }

    @Test
    void aClockOfAnotherZoneMovesWithIt() {
        Clock paris = clock.withZone(ZoneId.of("Europe/Paris"));

        clock.advance(Duration.ofHours(1));

        assertThat(paris.instant()).isEqualTo("2026-11-21T10:30:00Z");
        assertThat(paris.getZone()).isEqualTo(ZoneId.of("Europe/Paris"));
    }
}
