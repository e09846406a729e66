package dev.holdfast.internal;

import dev.holdfast.Tracing;
import dev.holdfast.Tracing.Step;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs work that must outlive an impatient caller, or be left when its deadline passes: on threads of its own, each
 * made when there is work and gone when there is none, or on a host's executor.
 */
public final class Workers implements AutoCloseable {

    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

    private final Executor executor;
    private final Traces traces;
    private final Optional<ExecutorService> own;
    private final Set<Task<?>> running = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Boolean> underWay = new ThreadLocal<>();
    private volatile boolean closed;
    private volatile boolean ended;

    /** Returns workers with threads of their own. */
    public Workers() {
        this(Optional.empty(), new Traces(Optional.empty()));
    }

    /** Returns workers on an executor that stays open. */
    public Workers(Executor executor) {
        this(Optional.of(executor), new Traces(Optional.empty()));
    }

    private Workers(Optional<Executor> host, Traces traces) {
        this.own = host.isPresent()
                ? Optional.empty()
                : Optional.of(Executors.newCachedThreadPool(daemons("holdfast-worker-")));
        this.executor = host.orElseGet(own::orElseThrow);
        this.traces = traces;
    }

    /** Returns workers on a host's executor, or with threads of their own. */
    public static Workers on(Optional<Executor> executor, Optional<Tracing> tracing) {
        return new Workers(executor, new Traces(tracing));
    }

    public static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    public Future<?> submit(Runnable work) {
        return submit(Executors.callable(work));
    }

    /**
     * Begins work that nobody need wait for. While this closes, only work that is under way begins more: it needs that
     * to end.
     */
    public <T> Future<T> submit(Callable<T> work) {
        if (ended || (closed && underWay.get() == null)) {
            throw new RejectedExecutionException("closed");
        }
        Task<T> task = new Task<>(traces.carried(work));
        running.add(task);
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            running.remove(task);
            throw e;
        }
        return task;
    }

    private final class Task<T> extends FutureTask<T> {

        Task(Callable<T> work) {
            super(work);
        }

        /** A host's executor may run it on the thread of other work. */
        @Override
        public void run() {
            Boolean before = underWay.get();
            underWay.set(true);
            try {
                super.run();
            } finally {
                if (before == null) {
                    underWay.remove();
                }
            }
        }

        @Override
        protected void done() {
            running.remove(this);
        }
    }

    /** Returns what is told of steps, on the thread that takes them. */
    public Traces traces() {
        return traces;
    }

    /** As {@link #outliving(String, Callable)}, as a step of the host's trace. */
    public <T> T outliving(Step step, Supplier<T> work) {
        return outliving(step.toString(), () -> traces.within(step, work));
    }

    /** Runs work that goes on when the caller is interrupted: only the waiting ends then. */
    public <T> T outliving(String what, Callable<T> work) {
        try {
            return submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(
                    Reason.TIMEOUT, what + " goes on although its caller stopped waiting; look at its outcome later");
        } catch (ExecutionException e) {
            throw unwrapped(what, e);
        } catch (RejectedExecutionException e) {
            throw closed(what, e);
        }
    }

    /** Runs work that goes on when the deadline passes: only the waiting ends then, and the answer is empty. */
    public <T> Optional<T> outliving(Deadline deadline, Callable<T> work) {
        try {
            return Optional.ofNullable(submit(work).get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "waiting was interrupted", e);
        } catch (ExecutionException e) {
            throw unwrapped("a worker", e);
        } catch (RejectedExecutionException e) {
            throw closed("a wait", e);
        }
    }

    /** Runs work that is interrupted and left when the deadline passes, also if it does not listen. */
    public <T> T within(Deadline deadline, String what, Callable<T> work) {
        Future<T> future;
        try {
            future = submit(work);
        } catch (RejectedExecutionException e) {
            throw closed(what, e);
        }
        try {
            return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw deadline.timeout(what);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, what + " was interrupted", e);
        } catch (ExecutionException e) {
            throw unwrapped(what, e);
        }
    }

    /** Does {@code work} with each item, some at one time, and waits for all of it. */
    public <T> void each(Collection<T> items, int atOneTime, Consumer<T> work) {
        Queue<T> waiting = new ConcurrentLinkedQueue<>(items);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < Math.min(atOneTime, items.size()); i++) {
            running.add(submit(() -> {
                for (T item = waiting.poll(); item != null; item = waiting.poll()) {
                    work.accept(item);
                }
            }));
        }
        awaitAll(running);
    }

    /**
     * Runs work, and {@code beat} beside it every so often until it ends. When {@code beat} throws, the work is
     * interrupted and left, and that is what this throws.
     */
    public void watched(Duration every, Runnable beat, Runnable work) {
        Future<?> future = submit(work);
        try {
            while (!isOver(future, every)) {
                beat.run();
            }
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "the work was interrupted", e);
        } catch (RuntimeException | Error e) {
            future.cancel(true);
            throw e;
        }
        await(future);
    }

    private static boolean isOver(Future<?> work, Duration atMost) throws InterruptedException {
        try {
            work.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            // Whoever waits for it is told.
            return true;
        }
    }

    /** Waits for all of it, and throws what the first that failed ended with only then. */
    public static void awaitAll(Collection<? extends Future<?>> works) {
        Throwable first = null;
        for (Future<?> work : works) {
            try {
                await(work);
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException known) {
            throw known;
        }
    }

    /** Waits for work that was submitted. */
    public static void await(Future<?> work) {
        try {
            work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(
                    Reason.TIMEOUT, "waiting was interrupted; what was begun goes on, the rest is due again later", e);
        } catch (ExecutionException e) {
            throw unwrapped("a worker", e);
        }
    }

    /** Waits a little, at most until the deadline. */
    public static void pause(Duration duration, Deadline deadline) {
        Duration left = deadline.remaining();
        Duration bounded = duration.compareTo(left) < 0 ? duration : left;
        try {
            boolean never = new CountDownLatch(1).await(bounded.toNanos(), TimeUnit.NANOSECONDS);
            assert !never;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "waiting was interrupted", e);
        }
    }

    /**
     * Takes no more work, waits for what is under way and what that begins, ten seconds at most, and interrupts the
     * rest.
     */
    @Override
    public void close() {
        closed = true;
        Deadline deadline = Deadline.after(PATIENCE_AT_CLOSE);
        boolean patient = true;
        while (patient && !running.isEmpty()) {
            patient = await(List.copyOf(running), deadline);
        }
        ended = true;
        running.forEach(work -> work.cancel(true));
        own.ifPresent(ExecutorService::shutdownNow);
    }

    /** Returns false if the deadline has passed, or this thread is interrupted. */
    private boolean await(List<Task<?>> works, Deadline deadline) {
        for (Task<?> work : works) {
            try {
                work.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException | CancellationException e) {
                // Whoever waits for it is told.
                running.remove(work);
            }
        }
        return true;
    }

    /** Waits for what is under way, ten seconds at most, and interrupts the rest. */
    public static void end(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Where work was asked for that another thread did. Only its stack trace says something. */
    private static final class CalledFrom extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CalledFrom(String what) {
            super(what + " was asked for here");
        }
    }

    private static TransientException closed(String what, RejectedExecutionException cause) {
        return new TransientException(Reason.BUSY, what + " was refused: Holdfast, or its executor, is closed", cause);
    }

    private static RuntimeException unwrapped(String what, ExecutionException e) {
        Throwable cause = e.getCause();
        // The work has the trace of its own thread; who asked for it is in the trace of this one.
        if (cause != null) {
            cause.addSuppressed(new CalledFrom(what));
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(what + " failed", cause);
    }
}
