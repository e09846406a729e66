package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Blocking work on a thread of its own, ended by interruption at the deadline: for connections that know no total time.
 */
final class OwnThread {

    private static final long LAST_WORDS_MILLIS = 2_000;

    private OwnThread() {}

    /**
     * Returns what {@code work} returns, and throws the errors it throws.
     *
     * @throws ExecutionException with the exception that {@code work} has thrown
     */
    static <T> T run(String name, GitLocation location, Deadline deadline, JGitRemote.Work<T> work)
            throws ExecutionException, InterruptedIOException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        } catch (TimeoutException e) {
            stop(task, thread);
            throw deadline.timeout("asking " + location);
        } catch (InterruptedException e) {
            stop(task, thread);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while asking " + location);
        }
    }

    /** Waits for the thread, so that nothing goes on behind the caller's back; bounded, should JGit not listen. */
    private static void stop(FutureTask<?> task, Thread thread) {
        task.cancel(true);
        try {
            thread.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
