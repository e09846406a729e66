package dev.holdfast.examples.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What one watcher has not seen yet. */
final class EventQueue implements AutoCloseable {

    private static final int MOST = 500;
    private static final EventView END = new EventView("end", "");

    private final BlockingQueue<EventView> events = new ArrayBlockingQueue<>(MOST);
    private final Consumer<EventQueue> onClose;
    private volatile boolean open = true;

    EventQueue(Consumer<EventQueue> onClose) {
        this.onClose = onClose;
    }

    /** Ends the watching instead if there is no room: a gap that nobody notices would be worse. */
    void offer(EventView event) {
        if (!events.offer(event)) {
            close();
        }
    }

    boolean isOpen() {
        return open;
    }

    /** Waits for the next event; empty if none came in time, or no more will. */
    Optional<EventView> next(Duration wait) throws InterruptedException {
        return Optional.ofNullable(events.poll(wait.toMillis(), TimeUnit.MILLISECONDS))
                .filter(event -> !event.equals(END));
    }

    @Override
    public void close() {
        open = false;
        events.clear();
        events.offer(END);
        onClose.accept(this);
    }
}
