package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of one sweep on their way to its workers: no host is asked by more than so many of them at one time, and
 * none that asked to be left alone.
 */
final class HostQueue {

    private final int perHost;
    private final Deque<SweepClaim> waiting = new ArrayDeque<>();
    private final Map<String, Integer> busy = new HashMap<>();
    private final Map<String, Deadline> quiet = new HashMap<>();

    HostQueue(int perHost) {
        this.perHost = perHost;
    }

    synchronized void add(Collection<SweepClaim> claims) {
        waiting.addAll(claims);
    }

    /** Returns the next claim, after waiting for its host if need be; empty if there is no more, or no more time. */
    synchronized Optional<SweepClaim> next(Deadline bound) throws InterruptedException {
        while (!waiting.isEmpty() && !bound.hasPassed()) {
            for (Iterator<SweepClaim> claims = waiting.iterator(); claims.hasNext(); ) {
                SweepClaim claim = claims.next();
                String host = claim.upstream().host();
                if (busy.getOrDefault(host, 0) < perHost) {
                    claims.remove();
                    busy.merge(host, 1, Integer::sum);
                    return Optional.of(claim);
                }
            }
            // Whoever holds the host up comes back, at its own deadline at the latest.
            wait();
        }
        return Optional.empty();
    }

    /** Returns the claims that nobody came to. */
    synchronized List<SweepClaim> rest() {
        List<SweepClaim> rest = List.copyOf(waiting);
        waiting.clear();
        return rest;
    }

    synchronized void done(SweepClaim claim) {
        busy.merge(claim.upstream().host(), -1, Integer::sum);
        notifyAll();
    }

    /** The host of this claim asked to be left alone until then. */
    synchronized void hush(SweepClaim claim, Deadline until) {
        quiet.put(claim.upstream().host(), until);
    }

    /** Returns until when the host of a claim is to be left alone. */
    synchronized Optional<Deadline> quietUntil(SweepClaim claim) {
        return Optional.ofNullable(quiet.get(claim.upstream().host())).filter(until -> !until.hasPassed());
    }
}
