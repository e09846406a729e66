package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdvertisementTest {

    private static final String REF = "1".repeat(40) + " HEAD\0multi_ack filter agent=x";

    @ParameterizedTest
    @ValueSource(strings = {"\n", ""})
    void readsLinesWithAndWithoutALineFeed(String end) {
        String said = RawServer.pkt("version 2" + end) + RawServer.pkt("ls-refs" + end)
                + RawServer.pkt("fetch=filter shallow" + end) + "0000";

        Advertisement advertisement = read(said);

        assertThat(advertisement.abilities()).containsExactlyInAnyOrder("ls-refs", "filter", "shallow");
        assertThat(advertisement.whole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "000eversion 1\n", "001e# service=git-upload-pack\n0000"})
    void readsTheAbilitiesBehindTheFirstRef(String before) {
        Advertisement advertisement = read(before + RawServer.pkt(REF) + "0000");

        assertThat(advertisement.abilities()).containsExactlyInAnyOrder("multi_ack", "filter", "agent=x");
        assertThat(advertisement.whole()).isFalse();
    }

    @Test
    void takesNoWordOfAnotherAbilityForAFilter() {
        Advertisement advertisement = read(RawServer.pkt("version 2") + RawServer.pkt("server-option=filter")
                + RawServer.pkt("fetch=shallow") + RawServer.pkt("agent=filter 1") + "0000");

        assertThat(advertisement.abilities()).doesNotContain("filter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "zzzz", "000eversion 2\n", "000eversion 2\n000", "000eversion 2\n0010fetch=fi"})
    void isNotWholeWhereTheBytesEndEarly(String said) {
        Advertisement advertisement = read(said);

        assertThat(advertisement.whole()).isFalse();
        assertThat(advertisement.abilities()).isEmpty();
    }

    private static Advertisement read(String said) {
        return Advertisement.of(said.getBytes(StandardCharsets.ISO_8859_1));
    }
}
