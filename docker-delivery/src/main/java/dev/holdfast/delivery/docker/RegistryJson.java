package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What registries write, read with the suspicion it deserves. */
final class RegistryJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** What the token specification says holds without {@code expires_in}. */
    private static final long USUAL_SECONDS = 60;

    private static final Duration LONGEST = Duration.ofDays(1);

    private RegistryJson() {}

    record Token(String value, Duration life) {}

    static Optional<Token> token(byte[] body) {
        return tree(body).flatMap(tree -> {
            String value = tree.path("token").asText(tree.path("access_token").asText(""));
            long seconds = Math.min(tree.path("expires_in").asLong(USUAL_SECONDS), LONGEST.toSeconds());
            boolean usable = !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
            return usable ? Optional.of(new Token(value, Duration.ofSeconds(seconds))) : Optional.empty();
        });
    }

    /** What a digest names: one image, or one for each platform. */
    sealed interface Document {
        record Single(ImageDigest config) implements Document {}

        record Index(List<Choice> choices) implements Document {
            public Index {
                choices = List.copyOf(choices);
            }

            /** Returns the manifest for a platform: of its very variant, or else one where only one side names a variant. */
            Optional<ImageDigest> of(ImagePlatform wanted) {
                return choices.stream()
                        .filter(choice -> choice.platform().equals(wanted))
                        .findFirst()
                        .or(() -> choices.stream()
                                .filter(choice -> nearly(choice.platform(), wanted))
                                .findFirst())
                        .map(Choice::manifest);
            }

            private static boolean nearly(ImagePlatform one, ImagePlatform other) {
                return one.os().equals(other.os())
                        && one.architecture().equals(other.architecture())
                        && (one.variant().isEmpty() || other.variant().isEmpty());
            }
        }
    }

    record Choice(ImagePlatform platform, ImageDigest manifest) {}

    /** Returns what a manifest or an index says; empty if it is neither. */
    static Optional<Document> document(byte[] body) {
        return tree(body).flatMap(tree -> {
            try {
                JsonNode config = tree.path("config").path("digest");
                if (config.isTextual()) {
                    return Optional.of(new Document.Single(ImageDigest.of(config.asText())));
                }
                return tree.path("manifests").isArray() ? Optional.of(index(tree.path("manifests"))) : Optional.empty();
            } catch (PermanentException e) {
                return Optional.empty();
            }
        });
    }

    private static Document index(JsonNode manifests) {
        List<Choice> choices = new ArrayList<>();
        for (JsonNode manifest : manifests) {
            JsonNode platform = manifest.path("platform");
            // What has no platform is not for running: a signature, or the provenance of another entry.
            if (platform.isObject()) {
                String variant = platform.path("variant").asText("");
                choices.add(new Choice(
                        ImagePlatform.parse(platform.path("os").asText() + "/"
                                + platform.path("architecture").asText() + (variant.isEmpty() ? "" : "/" + variant)),
                        ImageDigest.of(manifest.path("digest").asText())));
            }
        }
        return new Document.Index(choices);
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

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static Optional<JsonNode> tree(byte[] body) {
        try {
            return Optional.ofNullable(JSON.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
