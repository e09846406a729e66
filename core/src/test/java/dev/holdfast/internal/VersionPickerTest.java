package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VersionPickerTest {

    private static Optional<String> pick(TrackedRef ref, String... tags) {
        Map<String, Revision> revisions = new HashMap<>();
        for (String tag : tags) {
            revisions.put(tag, Revision.of("%040x".formatted(tag.hashCode() & 0xffffffffL)));
        }
        Resolution picked = VersionPicker.pick(ref, revisions);
        return picked instanceof Resolution.Found found ? found.version() : Optional.empty();
    }

    /** Known failure: the nearest tag is not the highest version. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "v1.9.0 v1.10.0 v1.2.0           > v1.10.0",
                "v1.0.0 v2.0.0-rc.1              > v1.0.0",
                "1.0.0 v1.1.0                    > v1.1.0",
                "release-2024-01 v0.1.0          > v0.1.0",
                "2024.01.15 nightly v1           > ''",
                "v1.0.0 latest stable v999       > v1.0.0",
            })
    void latestIsTheHighestReleasedVersion(String tags, String expected) {
        assertThat(pick(TrackedRef.latestTag(), tags.trim().split(" +", -1)).orElse(""))
                .isEqualTo(expected.trim());
    }

    @Test
    void aRangePicksTheHighestVersionInsideIt() {
        assertThat(pick(TrackedRef.semver("^1.2"), "v1.1.0", "v1.2.0", "v1.9.3", "v2.0.0"))
                .contains("v1.9.3");
        assertThat(pick(TrackedRef.semver("~1.2.0"), "v1.2.7", "v1.3.0")).contains("v1.2.7");
        assertThat(pick(TrackedRef.semver(">=1.0.0 <3.0.0"), "v2.9.9", "v3.0.0"))
                .contains("v2.9.9");
        assertThat(pick(TrackedRef.semver("^1.2"), "v2.0.0")).isEmpty();
    }

    /** Known failure: of two comparators one was dropped, and another major version was delivered by itself. */
    @Test
    void allPartsOfARangeHoldTogether() {
        assertThat(pick(TrackedRef.semver("^1 >=1.4.3"), "v1.4.9", "v1.6.0", "v3.1.0"))
                .contains("v1.6.0");
        assertThat(pick(TrackedRef.semver("~1.4 >=1.4.3"), "v1.4.9", "v1.6.0", "v2.5.0"))
                .contains("v1.4.9");
    }

    @Test
    void aRangeTakesPreReleasesOnlyWhereItNamesThem() {
        assertThat(pick(TrackedRef.semver("^1.2"), "v1.3.0-rc.1", "v1.2.0")).contains("v1.2.0");
        assertThat(pick(TrackedRef.semver(">=1.3.0-rc.1"), "v1.3.0-rc.2", "v1.2.0"))
                .contains("v1.3.0-rc.2");
    }

    /** Known failure: a bad value was noticed after delivery only. */
    @Test
    void aRangeThatIsNoneIsRefusedBeforeAnythingIsAsked() {
        assertThatThrownBy(() -> VersionPicker.check(TrackedRef.semver("not a range")))
                .hasMessageContaining("semver range");
    }
}
