package dev.holdfast;

import java.time.Instant;
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

    @Nullable Instant checkedAt;

    InMemoryUpstream(Instant readyAt) {
        this.readyAt = readyAt;
    }

    boolean heldAt(Instant now) {
        return leaseUntil != null && leaseUntil.isAfter(now);
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

    /** Gives the claim back. */
    void release(Instant next) {
        token = 0;
        leaseUntil = null;
        readyAt = next;
        again = false;
    }
}
