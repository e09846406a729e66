package dev.holdfast.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Health;
import dev.holdfast.Health.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HealthDetailsTest {

    /** An orchestrator would restart, or take traffic from, a node that helps nobody by it. */
    @Test
    void aDegradedNodeIsUpAndSaysWhy() {
        assertThat(HealthDetails.up(health(Verdict.READY))).isTrue();
        assertThat(HealthDetails.up(health(Verdict.DEGRADED))).isTrue();
        assertThat(HealthDetails.up(health(Verdict.FAILING))).isFalse();
        assertThat(HealthDetails.of(health(Verdict.DEGRADED)))
                .containsEntry("verdict", "DEGRADED")
                .containsEntry("problems", List.of("3 upstreams could not be asked"));
    }

    private static Health health(Verdict verdict) {
        return new Health(
                Instant.EPOCH,
                verdict,
                List.of("3 upstreams could not be asked"),
                Optional.empty(),
                Set.of(),
                1,
                List.of());
    }
}
