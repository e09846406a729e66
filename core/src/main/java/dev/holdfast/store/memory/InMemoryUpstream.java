package dev.holdfast.store.memory;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.store.SweepStore.Finding;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The row of one upstream that at least one install follows. */
final class InMemoryUpstream {

    Instant readyAt;
    long token;

    @Nullable Instant leaseUntil;

    @Nullable Instant claimedAt;

    boolean again;
    int failures;

    @Nullable String lastError;

    @Nullable Instant failingSince;

    @Nullable Instant checkedAt;

    @Nullable String suspended;

    Map<TrackedRef, Revision> refs = Map.of();

    InMemoryUpstream(Instant readyAt) {
        this.readyAt = readyAt;
    }

    boolean heldAt(Instant now) {
        return leaseUntil != null && leaseUntil.isAfter(now);
    }

    boolean isDueAt(Instant now) {
        return suspended == null && !readyAt.isAfter(now);
    }

    /** Makes it due at once, or, while somebody asks it, as soon as the answer is written. */
    void makeDue(Instant now) {
        if (heldAt(now)) {
            again = true;
        } else {
            readyAt = now;
        }
    }

    void claim(long newToken, Instant now, Instant until) {
        token = newToken;
        claimedAt = now;
        leaseUntil = until;
        readyAt = until;
        again = false;
    }

    void answered(Instant now, Collection<Finding> findings) {
        failures = 0;
        lastError = null;
        failingSince = null;
        checkedAt = now;
        refs = findings.stream().collect(Collectors.toMap(Finding::ref, Finding::revision));
    }

    void failed(Instant now, String message) {
        failures++;
        lastError = message;
        failingSince = failingSince == null ? now : failingSince;
    }

    /** Gives the claim back. */
    void release(Instant next) {
        token = 0;
        leaseUntil = null;
        readyAt = next;
        again = false;
    }
}
