package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Reason;
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

    @Test
    void whoComesWhileItIsAppliedIsToldToComeBack() {
        Problem problem = ApplyAnswer.of(new ApplyResult.InProgress("node-1", Instant.EPOCH))
                .orElseThrow()
                .problem();

        assertThat(problem.status()).isEqualTo(423);
        assertThat(problem.retry()).isTrue();
    }

    @Test
    void anUpdateThatMayNotBeAppliedIs403AndOneThatFailedSaysWhy() {
        assertThat(ApplyAnswer.of(new ApplyResult.Refused("no"))
                        .orElseThrow()
                        .problem()
                        .status())
                .isEqualTo(403);
        assertThat(ApplyAnswer.of(new ApplyResult.Failed(Reason.TIMEOUT, "slow"))
                        .orElseThrow()
                        .problem()
                        .status())
                .isEqualTo(504);
        assertThat(ApplyAnswer.of(new ApplyResult.Resolved())
                        .orElseThrow()
                        .problem()
                        .status())
                .isEqualTo(409);
    }
}
