package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What registries write, read with the suspicion it deserves. */
final class RegistryJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** What the token specification says holds without {@code expires_in}. */
    private static final long USUAL_SECONDS = 60;

    private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^,<]*;\\s*rel=\"?next\\b");
    private static final Duration LONGEST = Duration.ofDays(1);

    private RegistryJson() {}

    record Token(String value, Duration life) {}

    static Optional<Token> token(byte[] body) {
        return tree(body).flatMap(tree -> {
            String first = tree.path("token").asText("");
            String value = first.isEmpty() ? tree.path("access_token").asText("") : first;
            long seconds = Math.min(tree.path("expires_in").asLong(USUAL_SECONDS), LONGEST.toSeconds());
            boolean usable = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
            return usable ? Optional.of(new Token(value, Duration.ofSeconds(seconds))) : Optional.empty();
        });
    }

    /** Returns how long {@code Retry-After} says (RFC 9110, section 10.2.3), in seconds or by a date: a day at most. */
    static Optional<Duration> wait(String text, Clock clock) {
        return said(text, clock).map(wait -> wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
    }

    private static Optional<Duration> said(String text, Clock clock) {
        String trimmed = text.strip();
        if (trimmed.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(trimmed)));
        }
        try {
            Instant until = ZonedDateTime.parse(trimmed, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant();
            Duration wait = Duration.between(clock.instant(), until);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns where a list goes on, by {@code Link} (RFC 8288). */
    static Optional<String> next(List<String> links) {
        return links.stream()
                .flatMap(header -> NEXT.matcher(header).results())
                .map(link -> link.group(1))
                .findFirst();
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Returns what is one document, with no member twice; empty for all else. */
    static Optional<JsonNode> strictTree(byte[] body) {
        try {
            return Optional.ofNullable(STRICT.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static JsonNode nothing() {
        return JSON.createArrayNode();
    }

    static Optional<JsonNode> tree(byte[] body) {
        try {
            return Optional.ofNullable(JSON.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
