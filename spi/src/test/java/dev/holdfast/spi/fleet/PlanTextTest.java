package dev.holdfast.spi.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store keeps a plan as text, so each plan that is accepted must be read again from its text. */
final class PlanTextTest {

    private static final List<Ring> REST = List.of(Ring.parse("rest"));

    @Test
    void theLargestNumbersAreReadAgain() {
        RolloutPlan plan = new RolloutPlan(
                REST,
                List.of(HaltRule.count(999_999), HaltRule.share(100, 999_999).within(Duration.ofHours(6))),
                999_999,
                Duration.ofDays(90));

        assertThat(RolloutPlan.parse(plan.toString())).isEqualTo(plan);
    }

    @Test
    void numbersWithMoreDigitsThanTheTextHasAreRefused() {
        assertThatThrownBy(() -> new RolloutPlan(REST, List.of(), 1_000_000, Duration.ZERO))
                .isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> HaltRule.count(1_000_000)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> HaltRule.share(20, 1_000_000)).isInstanceOf(PermanentException.class);
    }
}
