package dev.holdfast.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the manual, its alerts and its dashboard say of meters, beside the sources of this module. */
final class DocumentedMetersTest {

    @Test
    void theManualExplainsEveryMeterAndNoOther() throws IOException {
        Set<String> meters = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                meters.addAll(found("\"(holdfast\\.[a-z.]+)\"", Files.readString(file)));
            }
        }

        assertThat(found("(?m)^\\| `(holdfast\\.[a-z.]+)`", Files.readString(Path.of("../docs/operations.md"))))
                .isEqualTo(meters);
    }

    /**
     * By the names that Prometheus gives them: counters end in total, times in seconds, timers in sum and count as
     * well.
     */
    @Test
    void alertsAndDashboardAskForMetersThatThereAre() throws IOException {
        Set<String> known = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                known.addAll(named("(?:count|counter)", text, "_total"));
                known.addAll(named("(?:gauge|stored|builder)", text, ""));
                known.addAll(named("time", text, "_seconds"));
                known.addAll(named("timer", text, "_seconds_sum"));
                known.addAll(named("timer", text, "_seconds_count"));
            }
        }

        for (String file : List.of("alerts.yml", "dashboard.json")) {
            String text = Files.readString(Path.of("../docs/monitoring").resolve(file));
            assertThat(found("\\b(holdfast_[a-z_]+)", text))
                    .as(file)
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
    }

    private static Set<String> named(String call, String text, String ending) {
        return found("\\b" + call + "\\(\\s*\"(holdfast\\.[a-z.]+)\"", text).stream()
                .map(name -> name.replace('.', '_') + ending)
                .collect(Collectors.toSet());
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(one -> one.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
