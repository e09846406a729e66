package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The line of those who want a channel on the one connection to a host. A server says how many it gives only by
 * refusing one: from then on no more than were open are opened, and the next waits until one has ended. Safe for use by
 * several threads.
 */
final class Channels {

    static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final String host;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> line = new ArrayDeque<>();
    private int limit;
    private int open;
    private long entries;

    /** @param most channels at a time, before the server has refused one */
    Channels(String host, int most) {
        this.host = host;
        this.most = most;
        this.limit = most;
    }

    /** Waits in line until a channel may be opened. */
    void enter(Deadline deadline) {
        Object ticket = new Object();
        lock.lock();
        try {
            line.add(ticket);
            while (line.peek() != ticket || open >= limit) {
                await(deadline.remaining());
                deadline.check("waiting for earlier work on " + host);
            }
            open++;
            entries++;
        } finally {
            line.remove(ticket);
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Says that a channel has ended, or was never opened. */
    void leave() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many channels were ever entered for. */
    long entries() {
        lock.lock();
        try {
            return entries;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs {@code then} if no channel is open and none was entered for since {@link #entries} was {@code before};
     * nobody enters meanwhile.
     */
    void ifUnusedSince(long before, Runnable then) {
        lock.lock();
        try {
            if (open == 0 && entries == before) {
                then.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was learned: a new connection may be to a server that was set up anew. */
    void reconnected() {
        lock.lock();
        try {
            limit = most;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Learns from a refusal of a channel that was entered for; that channel counts no more.
     *
     * @return whether it was refused although no other was open: then waiting for one of ours to end helps nobody
     */
    boolean refused() {
        lock.lock();
        try {
            open--;
            limit = Math.max(1, Math.min(limit, open));
            changed.signalAll();
            return open == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a little, and longer each time: a command that has just ended counts until the server looks again. */
    void pause(int refusals, Deadline deadline) {
        Duration pause = Duration.ofMillis(10L << Math.min(refusals, 6));
        Deadline end = deadline.atMost(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        lock.lock();
        try {
            while (!end.hasPassed()) {
                await(end.remaining());
            }
        } finally {
            lock.unlock();
        }
        deadline.check("waiting for a channel to " + host);
    }

    /** Waits for a change, at most so long; either way the caller looks again. */
    @SuppressWarnings("WaitNotInLoop") // each caller has the loop
    private void await(Duration most) {
        try {
            changed.awaitNanos(Math.max(1, most.toNanos()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "interrupted before work on " + host + " began", e);
        }
    }
}
