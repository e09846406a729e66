package dev.holdfast.benchmarks;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The list of updates as a browser has it open: it hears events, and asks for the list and the standing anew, a second
 * after it asked last at the earliest.
 */
final class OpenPage implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    private static final long SETTLE_MILLIS = 150;
    private static final long GAP_MILLIS = 1_000;

    private final PageClient client;
    private final ScheduledExecutorService clock;
    private final AtomicLong heard;
    private final AtomicLong asked;
    private boolean waiting;
    private boolean due;
    private boolean closed;
    private long last;
    private boolean hears;
    private Flow.Subscription stream = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    OpenPage(PageClient client, ScheduledExecutorService clock, AtomicLong heard, AtomicLong asked) {
        this.client = client;
        this.clock = clock;
        this.heard = heard;
        this.asked = asked;
    }

    /** The first sight, and the stream. */
    void open() {
        due();
        var unused = client.ask("admin/events", BodyHandlers.fromSubscriber(this));
    }

    synchronized boolean hears() {
        return hears;
    }

    private synchronized void due() {
        due = true;
        if (waiting || closed) {
            return;
        }
        waiting = true;
        long wait = Math.max(SETTLE_MILLIS, last + GAP_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        try {
            var unused = clock.schedule(this::look, wait, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            closed = true;
        }
    }

    private void look() {
        synchronized (this) {
            due = false;
            last = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        }
        var unused = CompletableFuture.allOf(
                        client.ask("admin/queue?limit=500", BodyHandlers.discarding()),
                        client.ask("admin/session", BodyHandlers.discarding()))
                .whenComplete((nothing, failure) -> looked(failure));
    }

    private void looked(Throwable failure) {
        boolean again;
        synchronized (this) {
            waiting = false;
            again = due;
            hears &= failure == null;
        }
        asked.addAndGet(2);
        if (again) {
            due();
        }
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription subscription) {
        stream = subscription;
        hears = true;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            if (StandardCharsets.UTF_8.decode(part).toString().contains("event: ")) {
                heard.incrementAndGet();
                due();
            }
        }
    }

    @Override
    public synchronized void onError(Throwable failure) {
        hears = false;
    }

    @Override
    public synchronized void onComplete() {
        hears = false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        stream.cancel();
    }
}
