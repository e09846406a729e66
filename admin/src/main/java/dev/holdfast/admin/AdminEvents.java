package dev.holdfast.admin;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.spi.delivery.Progress;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands what happens on to the pages that are open, as server-sent events. A host gives it to
 * {@code Holdfast.builder().listener(...)} and to {@link AdminServlet#builder}.
 *
 * <p>It never waits for a page: no thread is held for one, and a page that does not keep up with 500 events is let go;
 * it connects again and looks at everything anew. At most 200 pages are served at one time. Safe for use by several
 * threads.
 *
 * <p>Close it before the web server stops: a server that waits for requests under way would wait for the open pages.
 * Closing it twice does nothing.
 */
public final class AdminEvents implements HoldfastListener, AutoCloseable {

    private static final int MOST_WATCHERS = 200;
    private static final long BETWEEN_PROGRESS_MILLIS = 100;
    private static final long SILENCE_SECONDS = 15;

    private final Clock clock;
    private final Set<EventStream> watchers = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor writer;
    private final AtomicBoolean writing = new AtomicBoolean();

    private volatile List<ImageView> lastImages = List.of();
    private volatile boolean closed;

    private AdminEvents(Clock clock) {
        this.clock = clock;
        this.writer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "holdfast-admin-events");
            thread.setDaemon(true);
            return thread;
        });
        writer.setRemoveOnCancelPolicy(true);
    }

    /** Returns events of a host. It starts no thread before the first page is open. */
    public static AdminEvents create() {
        return new AdminEvents(Clock.systemUTC());
    }

    @Override
    public void on(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.ImagesChecked checked) {
            lastImages = checked.report().items().stream().map(ImageView::of).toList();
        }
        if (!watchers.isEmpty()) {
            EventView.of(event).ifPresent(this::tell);
        }
    }

    /** JSON has no line ends of its own, so one line holds all of it. */
    void tell(EventView event) {
        if (watchers.isEmpty()) {
            return;
        }
        byte[] text = ("event: " + event.name() + "\ndata: " + Json.text(event.data()) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
        watchers.forEach(watcher -> watcher.add(text));
        if (!closed && writing.compareAndSet(false, true)) {
            writer.execute(this::write);
        }
    }

    private void write() {
        // Cleared first: what is added from now on asks for another turn.
        writing.set(false);
        watchers.forEach(EventStream::write);
    }

    /** Whoever has gone is noticed by writing only. */
    private void stillHere() {
        byte[] text = ": still here\n\n".getBytes(StandardCharsets.UTF_8);
        watchers.forEach(watcher -> {
            watcher.add(text);
            watcher.write();
        });
    }

    /** Tells how far an apply has come, ten times a second at most. */
    Progress progress(long update) {
        tell(EventView.progress(update, 0, 0));
        AtomicLong told = new AtomicLong();
        return (entries, bytes) -> {
            long now = clock.millis();
            long last = told.get();
            if (now - last >= BETWEEN_PROGRESS_MILLIS && told.compareAndSet(last, now)) {
                tell(EventView.progress(update, entries, bytes));
            }
        };
    }

    /** Returns what the last look at images found. */
    List<ImageView> lastImages() {
        return lastImages;
    }

    /**
     * Streams what happens from now on into the response of {@code context}.
     *
     * @throws ProblemException if too many watch already, or no more will be told
     */
    void watch(AsyncContext context) throws IOException {
        EventStream stream = new EventStream(context, watchers::remove);
        stream.add(": welcome\nretry: 2000\n\n".getBytes(StandardCharsets.UTF_8));
        watchers.add(stream);
        beat();
        stream.open();
        if (closed) {
            stream.close();
        }
    }

    /** Returns whether another page may watch. */
    boolean hasRoom() {
        return !closed && watchers.size() < MOST_WATCHERS;
    }

    private synchronized void beat() {
        if (!closed && writer.getQueue().isEmpty() && writer.getTaskCount() == 0) {
            Future<?> unused =
                    writer.scheduleWithFixedDelay(this::stillHere, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Ends all open streams, so that a server that waits for requests under way can stop. */
    @Override
    public synchronized void close() {
        closed = true;
        writer.shutdownNow();
        watchers.forEach(EventStream::close);
    }
}
