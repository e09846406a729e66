package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The exit code that stands behind what a program printed. */
final class ToldExitCodeTest {

    private static final String WORD = "e7c1";

    private static Optional<String> told(String printed) {
        return ContainerExec.told(WORD, printed.getBytes(StandardCharsets.UTF_8), "")
                .map(ended -> ended.exitCode() + ":" + new String(ended.output(), StandardCharsets.UTF_8));
    }

    @Test
    void theCodeIsReadAndWhatWasPrintedIsLeft() {
        assertThat(told("\0e7c1 0")).contains("0:");
        assertThat(told("all\0e7c1 71")).contains("71:all");
        assertThat(told("\0e7c1 0\0e7c1 137")).contains("137:\0e7c1 0");
    }

    @Test
    void whateverDoesNotEndWithItSaysNothing() {
        assertThat(told("")).isEmpty();
        assertThat(told("\0e7c1 ")).isEmpty();
        assertThat(told("\0e7c1 0\n")).isEmpty();
        assertThat(told("\0other 0")).isEmpty();
        assertThat(told("e7c1 0")).isEmpty();
        assertThat(told("\0e7c1 -1")).isEmpty();
        assertThat(told("\0e7c1 1234")).isEmpty();
    }
}
