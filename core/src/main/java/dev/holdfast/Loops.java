package dev.holdfast;

import dev.holdfast.internal.Contained;
import dev.holdfast.internal.LoopTask;
import dev.holdfast.internal.Workers;
import dev.holdfast.webhook.Webhooks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops of a started Holdfast; each does one thing, and survives whatever it throws. */
final class Loops implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loops.class);
    private static final Duration LONGEST_TICK = Duration.ofMinutes(1);

    /** So long, and as long as a writer takes, an audit entry can be changed without a trace. */
    private static final Duration SEALING = Duration.ofSeconds(15);

    /** So long, and as long as it takes to seal, an event waits for a receiver that is there. */
    private static final Duration DELIVERING = Duration.ofSeconds(5);

    private final Map<BackgroundLoop, Runnable> works;
    private final Webhooks webhooks;
    private final Timings timings;
    private final Automation automation;
    private final Duration placement;
    private final Clock clock;
    private final Set<BackgroundLoop> chosen;
    private final List<LoopTask> tasks = new ArrayList<>();
    private boolean closed;

    @Nullable private ScheduledExecutorService scheduler;

    Loops(Map<BackgroundLoop, Runnable> works, Webhooks webhooks, Engine.Rules rules) {
        this.works = works;
        this.webhooks = webhooks;
        this.timings = rules.timings();
        this.automation = rules.automation();
        this.placement = rules.inspection().placement();
        this.clock = rules.clock();
        this.chosen = rules.loops();
    }

    /** Returns whether it was this call that started them. */
    synchronized boolean start() {
        if (closed) {
            throw new IllegalStateException("this Holdfast is closed; build another");
        }
        if (scheduler != null) {
            return false;
        }
        ScheduledExecutorService executor =
                Executors.newScheduledThreadPool(threads(), Workers.daemons("holdfast-loop-"));
        every(executor, BackgroundLoop.RECOVER, Duration.ZERO, timings.lease().dividedBy(2));
        // What policies begin may reload workspaces, so a node that just started leaves them alone for a while.
        every(executor, BackgroundLoop.POLICY, automation.settle(), automation.every());
        // Upstreams say themselves when they are due; the tick only bounds how late that is noticed.
        every(executor, BackgroundLoop.SWEEP, Duration.ZERO, timings.sweepEvery());
        every(executor, BackgroundLoop.COLLECT, Duration.ZERO, timings.grace());
        every(executor, BackgroundLoop.INSPECT, Duration.ZERO, placement);
        every(executor, BackgroundLoop.SEAL, Duration.ZERO, SEALING);
        if (chosen.contains(BackgroundLoop.WEBHOOK)) {
            // One each: a receiver that is slow keeps no other waiting.
            webhooks.names()
                    .forEach(name -> every(
                            executor, "webhook " + name, Duration.ZERO, DELIVERING, () -> webhooks.deliver(name)));
        }
        scheduler = executor;
        return true;
    }

    private int threads() {
        return Math.max(1, chosen.size() + webhooks.names().size());
    }

    synchronized boolean isRunning() {
        return scheduler != null;
    }

    /** Lets a loop that runs do its work now, beside its rounds. */
    synchronized void hasten(BackgroundLoop loop) {
        if (scheduler != null && chosen.contains(loop)) {
            scheduler.execute(() -> Contained.run("the " + loop + " loop", Objects.requireNonNull(works.get(loop))));
        }
    }

    synchronized List<Health.Loop> states() {
        return tasks.stream().map(LoopTask::state).toList();
    }

    @Override
    public void close() {
        ScheduledExecutorService stopping;
        synchronized (this) {
            closed = true;
            stopping = scheduler;
            scheduler = null;
            tasks.clear();
        }
        if (stopping != null) {
            Workers.end(stopping);
        }
    }

    private void every(ScheduledExecutorService executor, BackgroundLoop loop, Duration first, Duration interval) {
        if (chosen.contains(loop)) {
            Runnable work = Objects.requireNonNull(works.get(loop));
            every(executor, loop.name().toLowerCase(Locale.ROOT), first, interval, work);
        }
    }

    private void every(
            ScheduledExecutorService executor, String name, Duration first, Duration interval, Runnable work) {
        Duration tick = interval.compareTo(LONGEST_TICK) < 0 ? interval : LONGEST_TICK;
        LoopTask task = new LoopTask(name, tick, clock, work);
        Future<?> endless = executor.scheduleWithFixedDelay(
                task, first.toMillis(), Math.max(1, tick.toMillis()), TimeUnit.MILLISECONDS);
        tasks.add(task.endedWhen(endless::isDone));
        LOG.debug("the {} loop looks every {}", name, tick);
    }
}
