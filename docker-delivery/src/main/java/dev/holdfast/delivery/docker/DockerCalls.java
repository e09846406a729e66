package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls of one session: none outlasts the deadline, and every failure is one of the two kinds. */
final class DockerCalls {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final DockerClient client;
    private final String place;
    private final Deadline deadline;
    private long lastUse = System.nanoTime();

    DockerCalls(DockerClient client, String place, Deadline deadline) {
        this.client = client;
        this.place = place;
        this.deadline = deadline;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Says what is done and where, for messages. */
    String at(String what) {
        return what + " at " + place;
    }

    /** Asks without changing anything; the transport retries such a call on a new connection by itself. */
    <T> T ask(String what, Callable<T> call) {
        T answer = bounded(at(what), deadline, call);
        lastUse = System.nanoTime();
        return answer;
    }

    /**
     * Changes something. A connection that the engine has closed meanwhile would fail such a call, with an outcome that
     * is unknown; so after a pause a ping, which is retried, goes first and finds it.
     */
    <T> T change(String what, Callable<T> call) {
        if (System.nanoTime() - lastUse > FRESH.toNanos()) {
            ask("finding the engine", () -> client.pingCmd().exec());
        }
        return ask(what, call);
    }

    /** Waits for a call on a thread of its own, because a unix socket knows no timeout but heeds an interrupt. */
    static <T> T bounded(String what, Deadline deadline, Callable<T> call) {
        deadline.check(what);
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, "holdfast-docker");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw deadline.timeout(what + " (its outcome is unknown)");
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw interrupted(what, e);
        } catch (ExecutionException e) {
            throw DockerFailure.of(what, e.getCause() == null ? e : e.getCause());
        }
    }

    static TransientException interrupted(String what, InterruptedException e) {
        return new TransientException(Reason.TIMEOUT, what + " was interrupted; its outcome is unknown", e);
    }
}
