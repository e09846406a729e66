package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on a whole cache that nobody waits for: one pass at a time, on a thread of its own that ends with it. A pass
 * that fails is logged, and the next one tries again.
 */
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final long LAST_WORDS_MILLIS = 5_000;

    private final RepositoryLocks.Work pass;
    private @Nullable Thread running;
    private @Nullable Deadline rest;
    private boolean again;
    private boolean closed;

    Housekeeping(RepositoryLocks.Work pass) {
        this.pass = pass;
    }

    /**
     * Begins a pass: at once, or only if the last one began a minute ago. One that is asked for during another follows
     * it.
     */
    synchronized void wanted(boolean atOnce) {
        if (closed || (!atOnce && rest != null && !rest.hasPassed())) {
            return;
        }
        again = true;
        if (running == null) {
            running = new Thread(this::run, "holdfast-git-cache");
            running.setDaemon(true);
            running.start();
        }
    }

    private void run() {
        while (begins()) {
            try {
                pass.run();
            } catch (IOException | RuntimeException e) {
                LOG.warn("The git cache could not be looked through; it is tried again later", e);
            }
        }
    }

    private synchronized boolean begins() {
        boolean begins = again && !closed;
        again = false;
        rest = Deadline.after(INTERVAL);
        if (!begins) {
            running = null;
        }
        return begins;
    }

    /** Ends a pass that runs, and waits a bounded time for it. */
    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            closed = true;
            thread = running;
        }
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(LAST_WORDS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
