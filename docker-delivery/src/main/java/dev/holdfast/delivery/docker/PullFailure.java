package dev.holdfast.delivery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.util.Locale;

/**
 * What an engine says when a pull fails: in words of its own or of the registry, which no status tells apart.
 *
 * @param what was done, for messages
 * @param known whether credentials were given
 */
record PullFailure(String what, boolean known) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads one line of an answer, and throws if it tells of a failure. */
    void read(String line, int status) throws IOException {
        if (status >= 400) {
            throw of(EngineAnswer.said(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)), status);
        }
        JsonNode told;
        try {
            told = JSON.readTree(line);
        } catch (IOException e) {
            throw new IOException("the answer to a pull ended in the middle of a line", e);
        }
        if (told.has("error")) {
            throw of(told.path("error").asText(), status);
        }
    }

    private HoldfastException of(String said, int status) {
        String lower = said.toLowerCase(Locale.ROOT);
        String failed = what + " failed: " + said + "; ";
        if (status == 429 || lower.contains("toomanyrequests") || lower.contains("too many requests")) {
            return new TransientException(
                    Reason.RATE_LIMITED, failed + "the registry wants fewer pulls, try again later");
        }
        if (lower.contains("no space left on device") || lower.contains("disk quota exceeded")) {
            return new PermanentException(
                    Reason.NO_SPACE, failed + "free some space where the engine keeps its images");
        }
        if (lower.contains("unauthorized")
                || lower.contains("authentication required")
                || lower.contains("no basic auth credentials")
                || (lower.contains("denied") && !known)) {
            return new PermanentException(
                    Reason.UNAUTHORIZED,
                    failed + (known ? "check the credentials" : "give credentials to DockerRefresher.credentials"));
        }
        if (lower.contains("denied") || lower.contains("forbidden")) {
            return new PermanentException(Reason.FORBIDDEN, failed + "these credentials may not pull it");
        }
        if (lower.contains("no matching manifest") || lower.contains("no image found in manifest list")) {
            return new PermanentException(Reason.REVISION_NOT_FOUND, failed + "build it for that platform");
        }
        if (lower.contains("not found") || lower.contains("manifest unknown")) {
            return new PermanentException(Reason.REVISION_NOT_FOUND, failed + "push it again");
        }
        return new TransientException(
                Reason.TARGET_FAILED, failed + "check that the engine reaches the registry and may pull from it");
    }
}
