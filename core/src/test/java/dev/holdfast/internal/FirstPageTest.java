package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.store.Page;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FirstPageTest {

    private static String logged(Page<String> page) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(FirstPage.of("pending updates", page)).containsExactly("one");
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aListThatIsCutOffIsNotCutOffInSilence() {
        assertThat(logged(new Page<>(List.of("one"), Optional.of("two"))))
                .contains("only the first 500 pending updates were listed");
        assertThat(logged(new Page<>(List.of("one"), Optional.empty()))).isEmpty();
    }
}
