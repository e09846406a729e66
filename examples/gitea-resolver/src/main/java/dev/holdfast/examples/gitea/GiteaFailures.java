package dev.holdfast.examples.gitea;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the status of an answer means for who asked: try later, or a person must act. */
final class GiteaFailures {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private GiteaFailures() {}

    static HoldfastException of(GiteaRepository repository, HttpResponse<?> response, boolean hadToken) {
        int status = response.statusCode();
        @Nullable Duration wait = retryAfter(response).orElse(null);
        if (status == 429) {
            return new TransientException(
                    Reason.RATE_LIMITED, repository + " asks for fewer requests; ask less often", null, wait);
        }
        if (status == 408 || status >= 500) {
            return new TransientException(
                    Reason.UNREACHABLE,
                    repository + " is out of order (HTTP " + status + "); try again later",
                    null,
                    wait);
        }
        return switch (status) {
            case 401 ->
                new PermanentException(
                        Reason.UNAUTHORIZED,
                        repository
                                + (hadToken
                                        ? " refused the token; renew it"
                                        : " wants a token; give one for its server"));
            case 403 ->
                new PermanentException(
                        Reason.FORBIDDEN, repository + " forbids reading; give the token the scope read:repository");
            case 404 -> absent(repository, hadToken);
            default ->
                new PermanentException(
                        Reason.PROTOCOL, repository + " answered with HTTP " + status + "; check the server's address");
        };
    }

    static PermanentException absent(GiteaRepository repository, boolean hadToken) {
        return new PermanentException(
                Reason.SOURCE_NOT_FOUND,
                repository + " does not exist, or is hidden from "
                        + (hadToken ? "this token" : "requests without a token") + "; check its name");
    }

    /** Returns how long the server asked to be left alone, at most a day; a date counts from the server's own clock. */
    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        String text = response.headers().firstValue("Retry-After").orElse("").strip();
        try {
            Duration wait = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            date(response.headers().firstValue("Date").orElse("")), date(text));
            return wait.isNegative()
                    ? Optional.empty()
                    : Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static ZonedDateTime date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    }
}
