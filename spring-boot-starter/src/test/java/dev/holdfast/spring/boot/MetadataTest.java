package dev.holdfast.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What editors and the host's own tools know of the properties. */
final class MetadataTest {

    private static final Pattern NAME = Pattern.compile("\"name\": \"(holdfast\\.[a-z.-]+)\"[^}]*\"type\"[^}]*}");

    @Test
    void everyPropertyIsDescribed() throws IOException {
        String metadata = text("/META-INF/spring-configuration-metadata.json");
        List<MatchResult> properties = NAME.matcher(metadata.substring(metadata.indexOf("\"properties\"")))
                .results()
                .toList();

        assertThat(properties).extracting(one -> one.group(1)).contains("holdfast.sweep-every", "holdfast.git.cache");
        assertThat(properties)
                .hasSizeGreaterThan(20)
                .allMatch(one -> one.group().contains("\"description\""));
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(MetadataTest.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
