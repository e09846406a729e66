package dev.holdfast.webhook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends events to one receiver. */
final class WebhookPost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookPost.class);
    private static final int GONE = 410;
    private static final Duration LONGEST_WISH = Duration.ofHours(1);

    private final Webhook webhook;
    private final Clock clock;

    /** Made by the first event: a client has a thread. */
    @Nullable private HttpClient client;

    private int underWay;
    private boolean closed;

    WebhookPost(Webhook webhook, Clock clock) {
        this.webhook = webhook;
        this.clock = clock;
    }

    /**
     * Why the receiver did not take it.
     *
     * @param isGone whether it asked for no more
     * @param retryAfter when it asked to be tried again
     */
    record Refusal(String text, boolean isGone, Optional<Duration> retryAfter) {

        static Refusal of(String text) {
            return new Refusal(text, false, Optional.empty());
        }
    }

    Webhook webhook() {
        return webhook;
    }

    /** Returns why it was not taken; empty if it was. */
    Optional<Refusal> send(AuditMessage message) throws InterruptedException {
        byte[] body = message.body(webhook.source());
        long seconds = clock.instant().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(webhook.address())
                .timeout(webhook.timeout())
                .header("content-type", "application/cloudevents+json; charset=utf-8")
                .header("user-agent", "Holdfast")
                .header("webhook-id", message.id())
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", webhook.signature(message.id(), seconds, body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        HttpClient http = begun();
        try {
            return answer(http.sendAsync(request, BodyHandlers.discarding()));
        } finally {
            ended();
        }
    }

    /** The request's own time ends with the headers: an answer that drips would have no end. */
    private Optional<Refusal> answer(CompletableFuture<HttpResponse<Void>> answer) throws InterruptedException {
        try {
            return refusal(answer.get(webhook.timeout().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.of(late());
        } catch (ExecutionException e) {
            return Optional.of(failure(e.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    /** What is under way ends first. Java 17 has no way to end a client but to forget it. */
    @Override
    public synchronized void close() {
        closed = true;
        if (underWay == 0 && client != null) {
            if (webhook.client().isEmpty() && (Object) client instanceof AutoCloseable own) {
                end(own);
            }
            client = null;
        }
    }

    private static void end(AutoCloseable client) {
        try {
            client.close();
        } catch (Exception e) {
            LOG.debug("the client of a webhook did not close", e);
        }
    }

    private synchronized void ended() {
        underWay--;
        if (closed) {
            close();
        }
    }

    private synchronized HttpClient begun() {
        HttpClient http = client;
        if (http == null) {
            http = webhook.client()
                    .orElseGet(() -> HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .connectTimeout(webhook.timeout())
                            .build());
            client = http;
        }
        underWay++;
        return http;
    }

    private Optional<Refusal> refusal(HttpResponse<Void> answer) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return Optional.empty();
        }
        String text = "the receiver answered " + status;
        if (status >= 300 && status < 400) {
            return Optional.of(Refusal.of(text + ", and redirects are not followed; set its final address"));
        }
        return Optional.of(new Refusal(
                text,
                status == GONE,
                answer.headers()
                        .firstValue("retry-after")
                        .flatMap(this::wish)
                        .map(wish -> wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish)));
    }

    /** Seconds or a date, as RFC 9110 has them; what is neither says nothing. */
    private Optional<Duration> wish(String text) {
        if (text.matches("\\d{1,6}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(Duration.between(clock.instant(), until)).filter(wish -> !wish.isNegative());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Refusal late() {
        return Refusal.of(
                "the receiver did not answer within " + webhook.timeout().toSeconds() + " s");
    }

    private Refusal failure(@Nullable Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return late();
        }
        if (cause instanceof IOException) {
            String message = cause.getMessage();
            return Refusal.of("the receiver cannot be reached: "
                    + cause.getClass().getSimpleName() + (message == null ? "" : ": " + message));
        }
        // Its message may show the address.
        return Refusal.of(
                "the request failed: " + (cause == null ? "" : cause.getClass().getName()));
    }
}
