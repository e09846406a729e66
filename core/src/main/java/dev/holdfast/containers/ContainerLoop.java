package dev.holdfast.containers;

import dev.holdfast.Health;
import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.LoopTask;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerRuntime.Event;
import dev.holdfast.spi.container.ContainerRuntime.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whenever the engine says that something changed, and at each interval whether it does or not. One thread: it
 * subscribes, then looks, so that what happens between the two is seen by the look, or told, or both.
 */
final class ContainerLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLoop.class);
    private static final Duration SUBSCRIBING = Duration.ofSeconds(10);
    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    /** How long a burst of events may come in before one look is made for all of them. */
    private static final Duration SETTLING = Duration.ofMillis(200);

    private final ContainerRuntime runtime;
    private final StopRequests stops;
    private final Looking looking;
    private final Duration interval;
    private final LoopTask task;
    private final Backoff subscribing;
    private final Backoff failing;
    private final Semaphore wakes = new Semaphore(0);

    private volatile boolean closed;

    @Nullable private Thread thread;

    // What follows is the loop's own thread's.
    @Nullable private Ear ear;

    private long subscribeAt = System.nanoTime();
    private long lookAt = subscribeAt;
    private long allAt = subscribeAt;

    ContainerLoop(ContainerRuntime runtime, StopRequests stops, Looking looking, Duration interval, Clock clock) {
        this.runtime = runtime;
        this.stops = stops;
        this.looking = looking;
        this.interval = interval;
        this.task = new LoopTask("containers", interval, clock, this::look);
        Duration longest = interval.compareTo(LAST_RETRY) < 0 ? interval : LAST_RETRY;
        this.subscribing = new Backoff(FIRST_RETRY, longest);
        this.failing = new Backoff(FIRST_RETRY, longest);
    }

    /** What the loop does. */
    interface Looking {

        /**
         * Looks once.
         *
         * @param all whether every workload is reconciled afterwards, or only those whose containers changed
         */
        Next look(boolean all);
    }

    /**
     * What a look leads to.
     *
     * @param within how long until the next is wanted, at most
     * @param news whether it found what no earlier look had
     */
    record Next(Duration within, boolean news) {}

    /** Hears one subscription. */
    private final class Ear implements ContainerRuntime.Watcher {

        @Nullable private Subscription subscription;

        private volatile boolean broken;
        private volatile boolean heard;
        private boolean looked;

        @Override
        public void changed(Event event) {
            heard = true;
            stops.hear(event);
            wakes.release();
        }

        @Override
        public void broken(HoldfastException why) {
            LOG.debug("the events of {} broke off", runtime.host(), why);
            broken = true;
            wakes.release();
        }

        void close() {
            if (subscription != null) {
                survived("ending a subscription", subscription::close);
            }
        }
    }

    synchronized void start() {
        if (closed) {
            throw new IllegalStateException("this ContainerReconciler is closed; build another");
        }
        if (thread == null || !thread.isAlive()) {
            Thread started = Workers.daemons("holdfast-containers-").newThread(this::run);
            thread = started;
            started.start();
        }
    }

    /** Says how the loop stands; empty before it was started and after it was closed. */
    synchronized Optional<Health.Loop> state() {
        return Optional.ofNullable(thread)
                .filter(running -> !closed)
                .map(running -> task.endedWhen(() -> !running.isAlive()).state());
    }

    /** Ends the loop and waits a bounded time for it, except in its own thread. */
    void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        wakes.release();
        if (running == null || running.equals(Thread.currentThread())) {
            return;
        }
        running.interrupt();
        try {
            running.join(PATIENCE_AT_CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                listen();
                if (isDue(lookAt)) {
                    lookOnce();
                }
                long wait = Math.min(untilNanos(lookAt), ear == null ? untilNanos(subscribeAt) : Long.MAX_VALUE);
                if (wakes.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                    settle();
                    lookAt = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the container loop of {} ends", runtime.host());
        } finally {
            unsubscribe();
        }
    }

    /** Subscribes if there is no subscription that works, and it is time to try. */
    private void listen() {
        if (ear != null && ear.broken) {
            unsubscribe();
            subscribeAt = System.nanoTime() + subscribing.failed().toNanos();
        }
        if (ear != null || !isDue(subscribeAt)) {
            return;
        }
        Ear fresh = new Ear();
        if (survived("subscribing", () -> fresh.subscription = runtime.subscribe(fresh, Deadline.after(SUBSCRIBING)))) {
            ear = fresh;
            subscribing.reset();
            lookAt = System.nanoTime();
        } else {
            subscribeAt = System.nanoTime() + subscribing.failed().toNanos();
        }
    }

    /** Does what the runtime may fail at; no failure of it may end the loop's only thread. */
    private boolean survived(String what, Runnable work) {
        try {
            work.run();
            return true;
        } catch (Throwable e) {
            LOG.debug("{} failed", what, e);
            return false;
        }
    }

    private void lookOnce() {
        task.run();
        if (task.hasFailed()) {
            lookAt = System.nanoTime() + failing.failed().toNanos();
        }
    }

    private void look() {
        boolean all = isDue(allAt);
        boolean quiet = ear != null && ear.looked && !ear.heard;
        if (ear != null) {
            ear.heard = false;
        }
        Next next = looking.look(all);
        failing.reset();
        long now = System.nanoTime();
        allAt = all ? now + interval.toNanos() : allAt;
        lookAt = now + Math.min(untilNanos(allAt), next.within().toNanos());
        if (ear != null) {
            ear.looked = true;
        }
        if (quiet && next.news()) {
            // Something happened and nobody said so: over TCP a dead stream is silent for ever.
            unsubscribe();
        }
    }

    /** Lets a burst of events come in, so that one look serves all of it. */
    private void settle() throws InterruptedException {
        long until = System.nanoTime() + SETTLING.toNanos();
        for (long left = SETTLING.toNanos(); left > 0 && !closed; left = until - System.nanoTime()) {
            wakes.drainPermits();
            if (!wakes.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return;
            }
        }
        wakes.drainPermits();
    }

    private void unsubscribe() {
        if (ear != null) {
            ear.close();
            ear = null;
        }
    }

    private static boolean isDue(long nanoTime) {
        return nanoTime - System.nanoTime() <= 0;
    }

    private static long untilNanos(long nanoTime) {
        return Math.max(0, nanoTime - System.nanoTime());
    }
}
