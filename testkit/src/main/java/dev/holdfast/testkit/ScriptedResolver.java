package dev.holdfast.testkit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceResolver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A resolver that lives in memory and does what a test tells it: refs move, calls fail or hang, and every call is
 * written down. Each location is an upstream of its own, made by its first {@link #commit}.
 *
 * <p>Safe for use by several threads. A call that hangs waits without spinning and ends at its deadline.
 */
public final class ScriptedResolver implements SourceResolver, SourceHistory {

    private final String scheme;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final Map<String, ScriptedUpstream> upstreams = new HashMap<>();
    private final Deque<HoldfastException> failures = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private boolean stalled;

    private ScriptedResolver(String scheme) {
        this.scheme = scheme;
    }

    /** Returns a resolver without upstreams for one scheme. */
    public static ScriptedResolver forScheme(String scheme) {
        return new ScriptedResolver(scheme);
    }

    /**
     * Makes these files the head of the location's default line and returns the new revision: paths as in
     * {@code SourceFixture} of the contracts.
     */
    public Revision commit(String location, Map<String, String> files) {
        return locked(() ->
                upstreams.computeIfAbsent(location, l -> new ScriptedUpstream()).commit(files));
    }

    /** Lets a tag stand at a revision. */
    public void tag(String location, String name, Revision revision) {
        ref(location, "refs/tags/" + name, revision);
    }

    /** Lets a branch stand at a revision. */
    public void branch(String location, String name, Revision revision) {
        ref(location, "refs/heads/" + name, revision);
    }

    /** Lets {@code HEAD} or a full ref name stand at a revision. */
    public void ref(String location, String name, Revision revision) {
        locked(() -> existing(location).refs().put(name, revision));
    }

    /** Removes a ref by its full name. */
    public void remove(String location, String name) {
        locked(() -> existing(location).refs().remove(name));
    }

    /** Lets the next call of {@link #resolve} or {@link #fetch} fail with this, once; several wait in line. */
    public void failNext(HoldfastException failure) {
        locked(() -> failures.add(failure));
    }

    /** Lets calls hang until {@link #release} or their deadline. */
    public void stall() {
        locked(() -> stalled = true);
    }

    /** Lets go all calls that hang, and later ones pass. */
    public void release() {
        locked(() -> {
            stalled = false;
            released.signalAll();
            return stalled;
        });
    }

    /**
     * Returns all calls so far in order, such as {@code resolve scripted://a [ref:HEAD]} and {@code fetch scripted://a
     * 0123...}.
     */
    public List<String> calls() {
        return locked(() -> List.copyOf(calls));
    }

    @Override
    public Set<String> schemes() {
        return Set.of(scheme);
    }

    @Override
    public Upstream upstream(Source source) {
        return new Upstream(scheme, scheme + "://" + source.location(), "scripted");
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        List<String> sorted = refs.stream().map(TrackedRef::toString).sorted().toList();
        return called("resolve " + upstream.key() + " " + sorted, deadline, () -> {
            String location = upstream.key().substring(scheme.length() + "://".length());
            ScriptedUpstream found = existing(location);
            Map<TrackedRef, Resolution> answers = new HashMap<>();
            refs.forEach(ref -> answers.put(ref, found.answer(ref)));
            return answers;
        });
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        String call = "fetch " + upstream(source).key() + " " + revision;
        return called(
                call,
                deadline,
                () -> new MemoryBundle(existing(source.location()).files(revision), deadline));
    }

    /** {@inheritDoc} Each commit of a location descends from all that were made there before it. */
    @Override
    public History history(Upstream upstream, Revision from, Revision to, int max, Deadline deadline) {
        return called("history " + upstream.key() + " " + to, deadline, () -> {
            String location = upstream.key().substring(scheme.length() + "://".length());
            return existing(location).history(from, to, max);
        });
    }

    private <T> T called(String call, Deadline deadline, Supplier<T> answer) {
        return locked(() -> {
            calls.add(call);
            awaitRelease(call, deadline);
            deadline.check(call);
            HoldfastException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return answer.get();
        });
    }

    private void awaitRelease(String call, Deadline deadline) {
        try {
            long left = deadline.remaining().toNanos();
            while (stalled && left > 0) {
                left = released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw deadline.timeout(call);
        }
    }

    private ScriptedUpstream existing(String location) {
        ScriptedUpstream upstream = upstreams.get(location);
        if (upstream == null) {
            throw ScriptedUpstream.absent(scheme + "://" + location);
        }
        return upstream;
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
