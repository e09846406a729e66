package dev.holdfast.spi.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileOwnerTest {

    @Test
    void anOwnerIsReadAsItIsWritten() {
        assertThat(FileOwner.parse("1000:50"))
                .isEqualTo(new FileOwner(1000, 50))
                .hasToString("1000:50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000", "1000:", ":1000", "root:root", "-1:0", "1:2:3", "1000:1000 ", "4294967295:0"})
    void whatIsNoPairOfNumbersIsRefused(String text) {
        assertThatThrownBy(() -> FileOwner.parse(text))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("1000:1000");
    }

    /** To {@code chown} minus one means to leave things as they are. */
    @Test
    void aNegativeNumberIsRefused() {
        assertThatThrownBy(() -> new FileOwner(-1, 0)).isInstanceOf(PermanentException.class);
    }
}
