package dev.holdfast.resolver.jgit;

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

/** What the status of an HTTP answer means for who asked. */
final class HttpStatus {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private HttpStatus() {}

    static boolean redirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Returns what it means that a proxy on the way answered for itself: 407, or any status to a request for a tunnel. */
    static HoldfastException ofProxy(GitLocation at, String proxy, int status) {
        String way = at + " is asked through the proxy " + proxy + ", which ";
        return switch (status) {
            case 407 ->
                new PermanentException(
                        Reason.UNAUTHORIZED,
                        way
                                + "wants credentials (HTTP 407), and the resolver gives none to a proxy; let it through there,"
                                + " or give the resolver a proxy that asks for none");
            case 403, 405 ->
                new PermanentException(
                        Reason.FORBIDDEN,
                        way + "forbids that (HTTP " + status + "); allow it there, or give another proxy");
            default ->
                new TransientException(
                        Reason.UNREACHABLE,
                        way + "cannot reach it (HTTP " + status
                                + "); try again later, and check the proxy if it stays");
        };
    }

    static HoldfastException failure(GitLocation at, HttpResponse<?> response, boolean credentialsSent) {
        int status = response.statusCode();
        Duration wait = retryAfter(response).orElse(null);
        if (status == 429 || (status == 403 && limited(response))) {
            return new TransientException(
                    Reason.RATE_LIMITED,
                    at + " asks for fewer requests (HTTP " + status + "); ask less often",
                    null,
                    wait);
        }
        if (status == 408 || status >= 500) {
            return new TransientException(
                    Reason.UNREACHABLE, at + " is out of order (HTTP " + status + "); try again later", null, wait);
        }
        return switch (status) {
            case 401 ->
                new PermanentException(
                        Reason.UNAUTHORIZED,
                        credentialsSent
                                ? at + " refused the credentials for " + at.host() + "; renew them"
                                : at + " wants credentials and none are given for " + at.host()
                                        + "; a repository that does not exist may ask for them too");
            case 403 ->
                new PermanentException(
                        Reason.FORBIDDEN,
                        at + " forbids reading" + (credentialsSent ? " with these credentials" : "")
                                + "; ask its owner for access");
            case 404, 410 ->
                new PermanentException(
                        Reason.SOURCE_NOT_FOUND,
                        at + " does not exist, or is hidden from "
                                + (credentialsSent ? "these credentials" : "requests without credentials")
                                + "; check its name");
            default ->
                new PermanentException(
                        Reason.PROTOCOL, at + " answered with HTTP " + status + "; check that it is a git server");
        };
    }

    /** Returns how long the server asked to be left alone, at most a day; a date counts from the server's own clock. */
    static Optional<Duration> retryAfter(HttpResponse<?> response) {
        String text = response.headers().firstValue("Retry-After").orElse("").strip();
        try {
            Duration wait = text.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            date(response.headers().firstValue("Date").orElse("")), date(text));
            Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
            return bounded.isNegative() ? Optional.empty() : Optional.of(bounded);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static ZonedDateTime date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    /** GitHub answers 403 where others answer 429. */
    private static boolean limited(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").isPresent()
                || response.headers()
                        .firstValue("X-RateLimit-Remaining")
                        .orElse("")
                        .equals("0");
    }
}
