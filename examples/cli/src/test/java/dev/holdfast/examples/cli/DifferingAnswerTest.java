package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.inspection.InspectionReport.Failure;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DifferingAnswerTest {

    private static DifferingAnswer answer(List<Failure> failures) {
        return new DifferingAnswer(
                failures,
                new RowsAnswer<Observation>(
                        new Page<>(List.of(), Optional.empty()),
                        FleetForms::observation,
                        Table.of("PLUGIN"),
                        (seen, ages) -> new String[] {seen.key().toString()},
                        "Nothing differs."));
    }

    /** Known failure: what could not be looked at was not told, and the exit code said that all is well. */
    @Test
    void whatCouldNotBeLookedAtIsNamedAndIsNoSuccess() {
        InstallKey key = InstallKey.of("ws-1", "greeter");
        DifferingAnswer away = answer(List.of(new Failure(key, Reason.UNREACHABLE, "the host is away")));
        DifferingAnswer forbidden = answer(List.of(new Failure(key, Reason.FORBIDDEN, "no")));

        assertThat(answer(List.of()).exit()).isEqualTo(ExitCode.OK);
        assertThat(away.exit()).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(forbidden.exit()).isEqualTo(ExitCode.REFUSED);
        assertThat(away.json().at("/failures/0/message").asText()).isEqualTo("the host is away");
    }
}
