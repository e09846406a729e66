package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.UpdatePolicy.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a policy lets updates begin, in a zone whose clocks change on 2026-03-29 and 2026-10-25. */
final class UpdatePolicyTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    private static Instant vienna(String local) {
        return ZonedDateTime.parse(local + "[Europe/Vienna]").toInstant();
    }

    private static MaintenanceWindow window(String text) {
        return MaintenanceWindow.parse(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manual",
                "auto:patch",
                "auto:any; cooldown PT24H",
                "auto:minor; cooldown PT1H30M; window sat,sun 02:00 PT3H Europe/Vienna; window daily 23:30 PT1H UTC"
            })
    void theTextFormReadsBack(String text) {
        assertThat(UpdatePolicy.parse(text)).hasToString(text);
        assertThat(UpdatePolicy.parse(UpdatePolicy.parse(text).toString())).isEqualTo(UpdatePolicy.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auto",
                "auto:major",
                "manual, please",
                "auto:any; cooldown",
                "auto:any; cooldown 24h",
                "auto:any; cooldown PT-1H",
                "auto:any; cooldown P400D",
                "auto:any; window",
                "auto:any; window sat 02:00 PT3H",
                "auto:any; window someday 02:00 PT3H UTC",
                "auto:any; window sat 25:00 PT3H UTC",
                "auto:any; window sat 02:00 PT25H UTC",
                "auto:any; window sat 02:00 PT0S UTC",
                "auto:any; window sat 02:00 PT3H Mars/Olympus",
                "auto:any; freeze",
                "auto:any;"
            })
    void whatIsNoPolicyIsRefused(String text) {
        assertThatThrownBy(() -> UpdatePolicy.parse(text))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("is refused");
    }

    @Test
    void moreThanTwentyWindowsAreRefused() {
        List<MaintenanceWindow> many =
                Stream.generate(() -> window("daily 02:00 PT1H UTC")).limit(21).toList();

        assertThatThrownBy(() -> new UpdatePolicy(Level.ANY, Duration.ZERO, Optional.empty(), false, many))
                .isInstanceOf(PermanentException.class);
    }

    @Test
    void withoutWindowsAnyTimeIsRight() {
        Instant now = vienna("2026-05-01T12:00:00+02:00");

        assertThat(UpdatePolicy.auto(Level.ANY).nextOpening(now)).contains(now);
    }

    @Test
    void betweenWindowsTheNextOneCounts() {
        UpdatePolicy policy = UpdatePolicy.auto(Level.ANY)
                .within(window("sat 02:00 PT3H Europe/Vienna"))
                .within(window("wed 22:00 PT1H Europe/Vienna"));

        assertThat(policy.nextOpening(vienna("2026-05-04T09:00:00+02:00")))
                .contains(vienna("2026-05-06T22:00:00+02:00"));
        assertThat(policy.nextOpening(vienna("2026-05-06T23:00:00+02:00")))
                .contains(vienna("2026-05-09T02:00:00+02:00"));
    }

    @Test
    void aWindowContainsItsBeginningAndNotItsEnd() {
        MaintenanceWindow window = window("sat 02:00 PT3H Europe/Vienna");

        assertThat(window.isOpen(vienna("2026-05-09T01:59:59+02:00"))).isFalse();
        assertThat(window.isOpen(vienna("2026-05-09T02:00:00+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-05-09T04:59:59+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-05-09T05:00:00+02:00"))).isFalse();
    }

    @Test
    void aWindowReachesIntoTheNextDay() {
        MaintenanceWindow window = window("sun 23:00 PT4H Europe/Vienna");

        assertThat(window.isOpen(vienna("2026-05-11T02:30:00+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-05-11T03:00:00+02:00"))).isFalse();
    }

    @Test
    void aWindowOfADayFollowsItselfWithoutAGap() {
        MaintenanceWindow always = window("daily 00:00 PT24H Europe/Vienna");

        assertThat(always.isOpen(vienna("2026-05-09T00:00:00+02:00"))).isTrue();
        assertThat(always.isOpen(vienna("2026-05-08T23:59:59+02:00"))).isTrue();
    }

    @Test
    void inSpringAWindowWhoseTimeIsSkippedOpensOnceForItsWholeLength() {
        MaintenanceWindow window = window("sun 02:30 PT1H Europe/Vienna");

        assertThat(window.nextOpening(vienna("2026-03-29T01:00:00+01:00")))
                .contains(vienna("2026-03-29T03:30:00+02:00"));
        assertThat(window.isOpen(vienna("2026-03-29T04:29:59+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-03-29T04:30:00+02:00"))).isFalse();
    }

    @Test
    void inSpringAWindowThatSpansTheChangeIsNotCutShort() {
        MaintenanceWindow window = window("sun 01:00 PT3H Europe/Vienna");

        assertThat(window.isOpen(vienna("2026-03-29T04:59:59+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-03-29T05:00:00+02:00"))).isFalse();
    }

    @Test
    void inAutumnAWindowWhoseTimeComesTwiceOpensOnce() {
        MaintenanceWindow window = window("sun 02:30 PT30M Europe/Vienna");

        assertThat(window.isOpen(vienna("2026-10-25T02:30:00+02:00"))).isTrue();
        assertThat(window.isOpen(vienna("2026-10-25T02:30:00+01:00"))).isFalse();
        assertThat(window.nextOpening(vienna("2026-10-25T02:30:00+01:00")))
                .contains(vienna("2026-11-01T02:30:00+01:00"));
    }

    @Test
    void theEndOfTimeOpensNoWindow() {
        assertThat(window("sat 02:00 PT3H Europe/Vienna").nextOpening(Instant.MAX))
                .isEmpty();
        assertThat(new UpdatePolicy(
                                Level.ANY,
                                Duration.ZERO,
                                Optional.empty(),
                                false,
                                List.of(window("sat 02:00 PT3H " + VIENNA)))
                        .nextOpening(Instant.MAX))
                .isEmpty();
    }
}
