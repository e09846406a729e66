package dev.holdfast.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is too much for the old header stands in front of it. */
final class TarArchiveTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TarArchive tar = new TarArchive(out, Instant.parse("2026-11-21T09:30:15Z"));

    @Test
    void aFileOfEightGibibytesSaysItsSizeInTheExtendedHeader() throws IOException {
        tar.file("large", false, 8L << 30);

        assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("19 size=8589934592\n");
        assertThat(out.size()).isEqualTo(3 * 512);
    }

    /** At 99 and 100 the length's own digits change it. */
    @Test
    void anExtendedFactCountsItsOwnLengthRight() throws IOException {
        for (int length = 85; length < 110; length++) {
            out.reset();
            tar.link("\u00fc".repeat(length), "x");

            String text = out.toString(StandardCharsets.UTF_8);
            String fact = text.substring(512, text.indexOf('\n') + 1);
            assertThat(fact.getBytes(StandardCharsets.UTF_8))
                    .hasSize(Integer.parseInt(fact.substring(0, fact.indexOf(' '))));
        }
    }
}
