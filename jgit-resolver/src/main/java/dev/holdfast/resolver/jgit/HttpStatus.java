package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the status of an HTTP answer means for who asked. */
final class HttpStatus {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    private static final Duration NONE = Duration.ofSeconds(-1);

    /** Some servers write parts of a second, which the specification does not know. */
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,11})(\\.[0-9]+)?");

    private HttpStatus() {}

    static boolean redirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Returns what it means that a proxy on the way wants a login, whether or not it was given one. */
    static PermanentException proxyLogin(GitLocation at, String proxy, int status, boolean given) {
        String way = at + " is asked through the proxy " + proxy + ", which wants credentials (HTTP " + status + ")";
        if (!given) {
            return new PermanentException(
                    Reason.UNAUTHORIZED, way + ", and none are given for it; give them by proxyCredentials");
        }
        boolean tunnel = at.url().getScheme().equals("https");
        return new PermanentException(
                Reason.UNAUTHORIZED,
                way + " and did not take those that are given for it; renew them"
                        + (tunnel
                                ? ", and start the JVM with -Djdk.http.auth.tunneling.disabledSchemes= (nothing behind the"
                                        + " sign), without which Java sends none for https"
                                : ""));
    }

    /** Returns what it means that a proxy on the way answered a request for a tunnel by itself. */
    static HoldfastException ofProxy(GitLocation at, String proxy, int status) {
        String way = at + " is asked through the proxy " + proxy + ", which ";
        return switch (status) {
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
        if (status == 423) {
            return new TransientException(
                    Reason.UNREACHABLE, at + " is locked for the moment (HTTP 423); try again later", null, wait);
        }
        if (status == 408 || status >= 500) {
            return new TransientException(
                    Reason.UNREACHABLE,
                    at + " is out of order (HTTP " + status + "); try again later",
                    status == 500 ? new ServerFailed() : null,
                    wait);
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
            case 451 ->
                new PermanentException(
                        Reason.FORBIDDEN, at + " is withheld for legal reasons (HTTP 451); ask its owner");
            case 413 ->
                new PermanentException(
                        Reason.TOO_LARGE,
                        at + " refuses a request of that size (HTTP 413); raise the limit of the proxy before it",
                        new RequestTooLarge());
            default ->
                new PermanentException(
                        Reason.PROTOCOL, at + " answered with HTTP " + status + "; check that it is a git server");
        };
    }

    /** The cause where a server failed over the request itself (HTTP 500), and is not just away. */
    static final class ServerFailed extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** The cause where a request was too large for the server, or for what stands before it. */
    static final class RequestTooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Returns how long the server asked to be left alone, at most a day: by {@code Retry-After}, or else by when its
     * limit is lifted. Moments count from the server's own clock.
     */
    static Optional<Duration> retryAfter(HttpResponse<?> response) {
        try {
            Duration wait = wait(response);
            Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
            return bounded.isNegative() ? Optional.empty() : Optional.of(bounded);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration wait(HttpResponse<?> response) {
        String text = header(response, "Retry-After");
        if (text.isEmpty()) {
            return untilReset(response);
        }
        Matcher seconds = SECONDS.matcher(text);
        return seconds.matches()
                ? Duration.ofSeconds(Long.parseLong(seconds.group(1)) + (seconds.group(2) == null ? 0 : 1))
                : Duration.between(date(header(response, "Date")), date(text));
    }

    /**
     * {@code RateLimit-Reset} counts seconds from now, {@code X-RateLimit-Reset} since 1970, or from now if it is
     * small.
     */
    private static Duration untilReset(HttpResponse<?> response) {
        String standard = header(response, "RateLimit-Reset");
        String text = standard.isEmpty() ? header(response, "X-RateLimit-Reset") : standard;
        Matcher seconds = SECONDS.matcher(text);
        if (!limited(response) || !seconds.matches()) {
            return NONE;
        }
        long value = Long.parseLong(seconds.group(1));
        return value <= LONGEST_WAIT.toSeconds()
                ? Duration.ofSeconds(value)
                : Duration.ofSeconds(value - date(header(response, "Date")).toEpochSecond());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("").strip();
    }

    private static ZonedDateTime date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    /** GitHub answers 403 where others answer 429. */
    private static boolean limited(HttpResponse<?> response) {
        return response.statusCode() == 429
                || !header(response, "Retry-After").isEmpty()
                || header(response, "X-RateLimit-Remaining").equals("0")
                || header(response, "RateLimit-Remaining").equals("0");
    }
}
