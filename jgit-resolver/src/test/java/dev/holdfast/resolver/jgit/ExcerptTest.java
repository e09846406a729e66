package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ExcerptTest {

    @Test
    void givesTheBeginningAndReadsTheRestAway() throws IOException {
        byte[] endless = new byte[3 * Excerpt.GIVEN];
        Arrays.fill(endless, (byte) 'x');
        ByteArrayInputStream in = new ByteArrayInputStream(endless);

        assertThat(new Excerpt(in).readAllBytes()).hasSize(Excerpt.GIVEN);
        assertThat(in.available()).isZero();
    }

    @Test
    void givesAllOfWhatIsShort() throws IOException {
        byte[] words = {'w', 'h', 'y'};

        assertThat(new Excerpt(new ByteArrayInputStream(words)).readAllBytes()).isEqualTo(words);
        assertThat(new Excerpt(new ByteArrayInputStream(words)).read()).isEqualTo('w');
    }
}
