package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.semver4j.Semver;

/** Compares with a table that npm's own package has written: {@code checks/semver-ranges} writes it again. */
final class VersionRangeTest {

    private static final int HEADER = 2;

    @Test
    void aRangeMeansWhatNpmMeansByItOrIsRefused() throws IOException {
        List<String> table = table();
        List<Semver> versions = Stream.of(table.get(1).strip().split(" "))
                .map(text -> Objects.requireNonNull(Semver.parse(text)))
                .toList();
        List<String> otherwise = new ArrayList<>();
        for (String row : table.subList(HEADER, table.size())) {
            String range = row.substring(0, row.indexOf('\t'));
            String npm = row.substring(row.indexOf('\t') + 1);
            String ours = answer(range, versions);
            if (!ours.equals(npm)) {
                otherwise.add("'" + range + "'\n  npm  " + npm + "\n  ours " + ours);
            }
        }

        assertThat(otherwise).isEmpty();
        assertThat(table.size() * versions.size()).isGreaterThan(400);
    }

    private static String answer(String range, List<Semver> versions) {
        try {
            VersionRange parsed = VersionRange.parse(range);
            return versions.stream()
                    .map(version -> parsed.holds(version) ? "1" : "0")
                    .collect(Collectors.joining());
        } catch (IllegalArgumentException e) {
            return "refused";
        }
    }

    private static List<String> table() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(VersionRangeTest.class.getResourceAsStream("npm-semver-7.6.3.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
