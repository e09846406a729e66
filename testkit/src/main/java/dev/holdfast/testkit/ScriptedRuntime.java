package dev.holdfast.testkit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An engine of which a test says what it runs, and when it fails. What a test changes is told to who has subscribed, in
 * the test's thread. Safe for use by several threads.
 */
public final class ScriptedRuntime implements ContainerRuntime {

    private final String host;
    private final Map<String, ContainerSighting> containers = new TreeMap<>();
    private final Queue<Consumer<List<ContainerSighting>>> planned = new ArrayDeque<>();
    private final List<Ear> ears = new CopyOnWriteArrayList<>();
    private final AtomicInteger listings = new AtomicInteger();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private volatile boolean down;
    private volatile boolean deaf;

    private ScriptedRuntime(String host) {
        this.host = host;
    }

    /** Returns an engine without containers on the machine of that name. */
    public static ScriptedRuntime on(String host) {
        return new ScriptedRuntime(host);
    }

    /** Lets a container exist as it is given here, whether it did before or not. */
    public void put(ContainerSighting container) {
        synchronized (this) {
            containers.put(container.id(), container);
        }
        boolean runs = container.status() == ContainerSighting.Status.RUNNING;
        tell(container.id(), runs ? Event.Kind.STARTED : Event.Kind.CHANGED);
    }

    /** Ends a container as if somebody had asked the engine for it. */
    public void stop(String containerId, int exitCode) {
        tell(containerId, Event.Kind.STOP_REQUESTED);
        exit(containerId, exitCode);
    }

    /** Ends a container as if by itself. */
    public void exit(String containerId, int exitCode) {
        synchronized (this) {
            ContainerSighting ended = find(containerId).exited(exitCode);
            containers.put(containerId, ended);
        }
        tell(containerId, Event.Kind.CHANGED);
    }

    /** Takes a container away. */
    public void remove(String containerId) {
        synchronized (this) {
            containers.remove(containerId);
        }
        tell(containerId, Event.Kind.CHANGED);
    }

    /** Takes all containers away. */
    public void removeAll() {
        List<String> ids;
        synchronized (this) {
            ids = List.copyOf(containers.keySet());
        }
        ids.forEach(this::remove);
    }

    /** Lets the next listing fail. */
    public synchronized void failNext(HoldfastException failure) {
        planned.add(listing -> {
            throw failure;
        });
    }

    /** Lets {@code meanwhile} happen when the next listing has been made and not been answered yet. */
    public synchronized void beforeNextAnswer(Runnable meanwhile) {
        planned.add(listing -> meanwhile.run());
    }

    /** From now on the engine does not answer, or does again. Who has subscribed is told that it went away. */
    public void down(boolean unreachable) {
        down = unreachable;
        if (unreachable) {
            breakEvents();
        }
    }

    /** From now on nobody is told of any change, as on a connection that is dead and does not say so; or is again. */
    public void deaf(boolean silent) {
        deaf = silent;
    }

    /** Breaks all subscriptions. */
    public void breakEvents() {
        List<Ear> broken = List.copyOf(ears);
        ears.removeAll(broken);
        broken.forEach(ear -> ear.watcher.broken(unreachable()));
    }

    /** Returns how often it was asked for its containers. */
    public int listings() {
        return listings.get();
    }

    /** Returns how often somebody subscribed. */
    public int subscriptions() {
        return subscriptions.get();
    }

    /** Returns how many are subscribed now. */
    public int subscribers() {
        return ears.size();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public List<ContainerSighting> list(Deadline deadline) {
        listings.incrementAndGet();
        checkUp();
        List<ContainerSighting> listing;
        Optional<Consumer<List<ContainerSighting>>> plan;
        synchronized (this) {
            listing = new ArrayList<>(containers.values());
            plan = Optional.ofNullable(planned.poll());
        }
        plan.ifPresent(next -> next.accept(listing));
        return listing;
    }

    @Override
    public Subscription subscribe(Watcher watcher, Deadline deadline) {
        checkUp();
        subscriptions.incrementAndGet();
        Ear ear = new Ear(watcher);
        ears.add(ear);
        return () -> ears.remove(ear);
    }

    /** One who has subscribed; equal to nobody else. */
    private static final class Ear {

        private final Watcher watcher;

        Ear(Watcher watcher) {
            this.watcher = watcher;
        }
    }

    private ContainerSighting find(String containerId) {
        ContainerSighting found = containers.get(containerId);
        if (found == null) {
            throw new IllegalArgumentException("there is no container " + containerId);
        }
        return found;
    }

    private void tell(String containerId, Event.Kind kind) {
        if (!deaf) {
            ears.forEach(ear -> ear.watcher.changed(new Event(containerId, kind)));
        }
    }

    private void checkUp() {
        if (down) {
            throw unreachable();
        }
    }

    private static TransientException unreachable() {
        return new TransientException(Reason.UNREACHABLE, "the engine is down, as the test wants it; try again later");
    }
}
