package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void columnsAreAlignedAndNoLineEndsInBlanks() {
        Table table =
                Table.of("ID", "PLUGIN", "WHY").row("7", "ws-42/greeter", "").row("1234", "x", "moved");

        assertThat(table.lines())
                .containsExactly("ID    PLUGIN         WHY", "7     ws-42/greeter", "1234  x              moved");
    }

    @ParameterizedTest
    @CsvSource({"PT0S,now", "PT59S,59s ago", "PT3M20S,3m ago", "PT47H,47h ago", "P3D,3d ago", "PT-5S,now"})
    void agesAreOneShortWord(Duration age, String word) {
        assertThat(new Ages(NOW).ago(NOW.minus(age))).isEqualTo(word);
    }
}
