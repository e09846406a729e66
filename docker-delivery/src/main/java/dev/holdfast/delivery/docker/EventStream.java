package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.EventType;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerRuntime.Event;
import dev.holdfast.spi.container.ContainerRuntime.Subscription;
import dev.holdfast.spi.container.ContainerRuntime.Watcher;
import java.io.Closeable;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The engine's events of containers, from shortly before it was opened on. The engine keeps only 256 events and repeats
 * those that it still has, so the moment between its answer and its subscription loses nothing.
 */
final class EventStream implements ResultCallback<com.github.dockerjava.api.model.Event>, Subscription {

    /** Podman says {@code remove} where Docker says {@code destroy}. */
    private static final String[] ACTIONS = {
        "create", "start", "restart", "kill", "die", "stop", "destroy", "remove", "rename", "pause", "unpause",
        "update", "oom"
    };

    /** The signals that ask a process to end; others, such as HUP, ask for something else. */
    private static final Set<String> ENDING = Set.of("2", "3", "9", "15", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM");

    private final String host;
    private final Watcher watcher;
    private final CompletableFuture<Closeable> started = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();

    private EventStream(String host, Watcher watcher) {
        this.host = host;
        this.watcher = watcher;
    }

    static EventStream open(DockerClient client, String host, Watcher watcher, Deadline deadline) {
        DockerCalls calls = new DockerCalls(client, host, deadline);
        String since = calls.ask(
                "asking for the time", () -> since(client.infoCmd().exec().getSystemTime()));
        EventStream stream = new EventStream(host, watcher);
        client.eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER)
                .withEventFilter(ACTIONS)
                .withSince(since)
                .exec(stream);
        stream.awaitStart(deadline);
        return stream;
    }

    /** Returns a second before the engine's own time: its clock is not ours. */
    private static String since(@Nullable String systemTime) {
        if (systemTime == null) {
            throw new TransientException(
                    Reason.PROTOCOL, "the engine does not say what time it is; is it a Docker engine?");
        }
        return Long.toString(OffsetDateTime.parse(systemTime).toEpochSecond() - 1);
    }

    private void awaitStart(Deadline deadline) {
        String what = "subscribing to the events of " + host;
        try {
            started.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            close();
            throw deadline.timeout(what);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw DockerCalls.interrupted(what, e);
        } catch (ExecutionException e) {
            close();
            throw DockerFailure.of(what, e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void onStart(Closeable stream) {
        // Whoever did not wait for it closes it: nobody else knows of it.
        if (!started.complete(stream) || over.get()) {
            closeQuietly(stream);
        }
    }

    @Override
    public void onNext(com.github.dockerjava.api.model.Event event) {
        String id = id(event);
        if (!over.get() && !id.isEmpty()) {
            watcher.changed(new Event(id, kind(event)));
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!started.completeExceptionally(failure)) {
            broken(failure);
        }
    }

    /** An engine that goes away ends the stream as if all had been said. */
    @Override
    public void onComplete() {
        onError(new IOException("the stream ended"));
    }

    private void broken(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            HoldfastException why;
            try {
                why = DockerFailure.of("listening to the events of " + host, failure);
            } catch (RuntimeException unknown) {
                why = new TransientException(Reason.PROTOCOL, "the events of " + host + " cannot be read", unknown);
            }
            watcher.broken(why);
        }
    }

    @Override
    public void close() {
        over.set(true);
        started.cancel(false);
        if (started.isDone() && !started.isCompletedExceptionally()) {
            closeQuietly(started.join());
        }
    }

    private static void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException | RuntimeException e) {
            // It is given up in any case.
        }
    }

    private static String id(com.github.dockerjava.api.model.Event event) {
        return Optional.ofNullable(event.getActor())
                .map(actor -> actor.getId())
                .or(() -> Optional.ofNullable(event.getId()))
                .orElse("");
    }

    private static Event.Kind kind(com.github.dockerjava.api.model.Event event) {
        String action = String.valueOf(event.getAction());
        if (action.equals("start")) {
            return Event.Kind.STARTED;
        }
        Map<String, String> attributes = Optional.ofNullable(event.getActor())
                .map(actor -> actor.getAttributes())
                .orElse(Map.of());
        boolean ending = action.equals("kill") && ENDING.contains(attributes.getOrDefault("signal", "15"));
        return ending ? Event.Kind.STOP_REQUESTED : Event.Kind.CHANGED;
    }
}
