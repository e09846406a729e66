package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitCodeTest {

    @ParameterizedTest
    @EnumSource
    void whatMayPassIsWorthAnotherTryWhateverItsReason(Reason reason) {
        assertThat(ExitCode.of(new TransientException(reason, "it did not work")))
                .isEqualTo(ExitCode.TRY_AGAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_VALUE,2",
        "UNKNOWN_SCHEME,2",
        "NOT_INSTALLED,5",
        "SOURCE_NOT_FOUND,5",
        "REF_NOT_FOUND,5",
        "NOTHING_TO_ROLL_BACK,5",
        "CONFLICT,3",
        "FORBIDDEN,3",
        "BUNDLE_REFUSED,3"
    })
    void whatDoesNotPassSaysWhatAPersonHasToDo(Reason reason, int code) {
        assertThat(ExitCode.of(new PermanentException(reason, "it will not work"))
                        .code())
                .isEqualTo(code);
    }

    /** Known failure: whatever policies, images or a roll-back had failed with, a script was told to try again. */
    @Test
    void severalFailuresAreWorthAnotherTryOnlyIfItMayHelpOneOfThem() {
        assertThat(ExitCode.of(List.of())).isEqualTo(ExitCode.OK);
        assertThat(ExitCode.of(List.of(Reason.UNAUTHORIZED, Reason.SOURCE_NOT_FOUND)))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(ExitCode.of(List.of(Reason.UNAUTHORIZED, Reason.UNREACHABLE)))
                .isEqualTo(ExitCode.TRY_AGAIN);
    }

    @Test
    void theHelpNamesEveryCode() {
        String help = new picocli.CommandLine(new RootCommand()).getUsageMessage();

        for (ExitCode exit : ExitCode.values()) {
            assertThat(help).contains(exit.code() + " ");
        }
    }
}
