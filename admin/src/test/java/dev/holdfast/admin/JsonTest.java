package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.fleet.Rollout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    record Inner(@Nullable String name) {}

    record Outer(
            @Nullable String text,
            @Nullable Boolean yes,
            @Nullable Long number,
            @Nullable Inner inner,
            @Nullable List<Inner> items) {}

    private static Outer read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Outer.class);
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        Outer outer = new Outer(
                "a \"quoted\" \\ line\n\t\u2028 and \ud83d\ude00", true, -42L, new Inner("x"), List.of(new Inner("y")));

        assertThat(read(Json.text(outer))).isEqualTo(outer);
    }

    @Test
    void whatIsAbsentIsNullAndAnEmptyBodyIsAnEmptyObject() {
        assertThat(read("")).isEqualTo(read("{}")).isEqualTo(new Outer(null, null, null, null, null));
        assertThat(read("{\"text\":null}").text()).isNull();
    }

    @Test
    void recordsMapsAndListsAreWrittenInTheirOrder() {
        assertThat(Json.text(Arrays.asList(1, null, Map.of("a", true), new Inner("b"))))
                .isEqualTo("[1,null,{\"a\":true},{\"name\":\"b\"}]");
    }

    @Test
    void aConstantIsWrittenAsItsWord() {
        assertThat(Json.text(Map.of("state", Rollout.State.RUNNING))).isEqualTo("{\"state\":\"running\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "\"text\"",
                "{} {}",
                "{",
                "{\"text\":\"a\",}",
                "{\"text\" \"a\"}",
                "{text:1}",
                "{\"text\":\"a",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"other\":1}",
                "{\"number\":1.5}",
                "{\"number\":01}",
                "{\"number\":1e3}",
                "{\"number\":12345678901234567890}",
                "{\"yes\":\"true\"}",
                "{\"text\":1}",
                "{\"inner\":[]}",
                "{\"inner\":{\"x\":1}}",
                "{\"items\":[1]}",
                "{\"items\":[null]}",
                "{\"text\":\"\\x\"}",
                "{\"text\":\"\\u12\"}",
                "{\"text\":\"\n\"}",
                "{\"yes\":tru}"
            })
    void whatIsNotOfTheFormIsRefused(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(400));
    }

    @Test
    void whatIsNestedTooDeepOrNoUtf8IsRefused() {
        assertThatThrownBy(() -> read("[".repeat(10_000))).hasMessageContaining("too deep");
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xC3, '"'}, Outer.class))
                .hasMessageContaining("UTF-8");
    }
}
