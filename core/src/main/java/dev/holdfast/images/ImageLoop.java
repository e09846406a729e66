package dev.holdfast.images;

import dev.holdfast.Health;
import dev.holdfast.internal.LoopTask;
import dev.holdfast.internal.Workers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that looks again and again, once it was started and until it is closed. */
final class ImageLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ImageLoop.class);

    private final Duration every;
    private final Clock clock;
    private boolean closed;

    @Nullable private ScheduledExecutorService scheduler;

    @Nullable private LoopTask task;

    ImageLoop(Duration every, Clock clock) {
        this.every = every;
        this.clock = clock;
    }

    synchronized void start(Runnable look) {
        if (closed) {
            throw new IllegalStateException("this watcher is closed; build another");
        }
        if (scheduler != null) {
            return;
        }
        ScheduledExecutorService executor =
                Executors.newSingleThreadScheduledExecutor(Workers.daemons("holdfast-images-"));
        LoopTask fresh = new LoopTask("images", every, clock, look);
        Future<?> endless = executor.scheduleWithFixedDelay(fresh, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        task = fresh.endedWhen(endless::isDone);
        LOG.debug("images are looked at every {}", every);
        scheduler = executor;
    }

    synchronized Optional<Health.Loop> state() {
        return Optional.ofNullable(task).map(LoopTask::state);
    }

    void close() {
        ScheduledExecutorService stopping;
        synchronized (this) {
            closed = true;
            stopping = scheduler;
            scheduler = null;
            task = null;
        }
        if (stopping != null) {
            Workers.end(stopping);
        }
    }
}
