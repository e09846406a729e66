package dev.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TagPatternTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tag:latest",
                "tag:latest(greeter--v*)",
                "tag:latest(plugins/greeter/v*)",
                "tag:latest(pkg@*)",
                "tag:latest(*.Final)",
                "tag:latest(*)",
                "semver:^1.2",
                "semver:^1.2(release-*)",
                "semver:>=1.0 <3.0 || ^5(v*-r)",
            })
    void survivesTheWayThroughText(String text) {
        TrackedRef ref = TrackedRef.parse(text);

        assertThat(ref).hasToString(text);
        assertThat(TrackedRef.parse(ref.toString())).isEqualTo(ref);
        assertThat(Source.parse("github://acme/greeter#" + text).ref()).isEqualTo(ref);
        assertThat(Source.parse("github://acme/greeter#" + text)).hasToString("github://acme/greeter#" + text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tag:latest()",
                "tag:latest(v)",
                "tag:latest(v**)",
                "tag:latest(a b*)",
                "tag:latest((*))",
                "tag:latest(../*)",
                "tag:latest(~*)",
                "semver:(v*)",
                "semver:^1()",
                "semver:^1(v)",
            })
    void refusesWhatIsNoTagsNameWithOneStar(String text) {
        assertThatThrownBy(() -> TrackedRef.parse(text)).isInstanceOf(PermanentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "greeter--v*, greeter--v1.2.0, 1.2.0",
        "*, 1.2.0, 1.2.0",
        "v*-r, v7.7.1.2-r, 7.7.1.2",
        "greeter--v*, greeter--v, ''",
        "aa*aa, aaa, ''",
        "greeter--v*, teller--v1.2.0, ''",
    })
    void findsTheVersionInATag(String pattern, String tag, String version) {
        assertThat(new TagPattern(pattern).versionIn(tag).orElse("")).isEqualTo(version);
    }
}
