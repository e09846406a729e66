package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.UpdateStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class StatusCodesTest {

    @ParameterizedTest
    @CsvSource({
        "INVALID_VALUE, 400", "FORBIDDEN, 403", "NOT_INSTALLED, 404", "CONFLICT, 409", "TOO_LARGE, 413",
        "BUNDLE_REFUSED, 422", "BUSY, 423", "UNREACHABLE, 502", "STORE, 503", "TIMEOUT, 504"
    })
    void aReasonHasItsStatusCode(Reason reason, int status) {
        assertThat(StatusCodes.of(reason)).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void noReasonIsADefectOfOursOrAsksForAPassword(Reason reason) {
        assertThat(StatusCodes.of(reason)).isNotIn(200, 401, 500);
        assertThat(Problem.of(reason, "why", false).type()).doesNotContain("_");
    }

    private static Problem problem(ApplyResult result, UpdateStatus now) {
        return ApplyAnswer.of(result, now).orElseThrow();
    }

    @Test
    void whoComesWhileItIsAppliedIsToldToComeBack() {
        Problem problem = problem(new ApplyResult.InProgress("node-1", Instant.EPOCH), UpdateStatus.APPLYING);

        assertThat(problem.status()).isEqualTo(423);
        assertThat(problem.retry()).isTrue();
    }

    @Test
    void anUpdateThatMayNotBeAppliedIs403AndOneThatFailedSaysWhy() {
        assertThat(problem(new ApplyResult.Refused("no"), UpdateStatus.PENDING).status())
                .isEqualTo(403);
        assertThat(problem(new ApplyResult.Failed(Reason.TIMEOUT, "slow"), UpdateStatus.FAILED)
                        .status())
                .isEqualTo(504);
        assertThat(problem(new ApplyResult.Resolved(), UpdateStatus.RESOLVED).status())
                .isEqualTo(409);
    }

    /** Known failure: a failed attempt was always told not to be repeated, also where it waits to be. */
    @Test
    void aFailedAttemptMayBeRepeatedWhereItsUpdateIsStillPending() {
        ApplyResult away = new ApplyResult.Failed(Reason.UNREACHABLE, "the target is away");

        assertThat(problem(away, UpdateStatus.PENDING).retry()).isTrue();
        assertThat(problem(away, UpdateStatus.FAILED).retry()).isFalse();
    }
}
