package dev.holdfast.examples.host;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.spi.delivery.Progress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands what happens on to whoever watches. Never waits for a watcher: one that does not keep up is let go, and comes back
 * to look at everything anew.
 */
final class EventHub implements HoldfastListener, AutoCloseable {

    private static final int MOST_WATCHERS = 32;
    private static final long BETWEEN_PROGRESS_MILLIS = 100;

    private final Clock clock;
    private final Set<EventQueue> watchers = ConcurrentHashMap.newKeySet();

    private volatile List<ImageView> lastImages = List.of();

    EventHub(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void on(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.ImagesChecked checked) {
            lastImages = checked.report().items().stream().map(ImageView::of).toList();
        }
        EventView.of(event).ifPresent(this::tell);
    }

    private void tell(EventView event) {
        watchers.forEach(watcher -> watcher.offer(event));
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

    /** Returns what happens from now on; empty if there are too many watchers. Closed by who watches. */
    Optional<EventQueue> watch() {
        if (watchers.size() >= MOST_WATCHERS) {
            return Optional.empty();
        }
        EventQueue queue = new EventQueue(watchers::remove);
        watchers.add(queue);
        return Optional.of(queue);
    }

    /** Ends all watching, so that a server with open streams can stop. */
    @Override
    public void close() {
        watchers.forEach(EventQueue::close);
    }
}
