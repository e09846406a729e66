package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Reason;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApplyAnswerTest {

    /** The update is pending for a host that can; the same command on this one does not help. */
    @ParameterizedTest
    @CsvSource({"UNKNOWN_SCHEME,2", "UNKNOWN_TARGET,2", "UNAUTHORIZED,3", "SOURCE_NOT_FOUND,5"})
    void whatThisHostLacksIsNotWorthAnotherTry(Reason reason, int code) {
        ApplyResult result = new ApplyResult.Failed(reason, "this node lacks it");
        ExitCode exit = new ApplyAnswer(1, result, Optional.empty()).exit();

        assertThat(exit.code()).isEqualTo(code);
    }
}
