package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The row of one place; only under the lock of {@link InMemoryTables}. */
final class InMemoryPlace {

    InstallKey key;

    /** When somebody should look; null if nothing is to be done there. A claim moves it to the end of its lease. */
    @Nullable Instant dueAt;

    @Nullable Instant leaseUntil;

    long token;
    boolean again;
    int failures;
    Optional<String> trouble = Optional.empty();

    InMemoryPlace(InstallKey key) {
        this.key = key;
    }

    /** An operation ended there. */
    void touch(Instant now, boolean wentWell) {
        if (leaseUntil != null && leaseUntil.isAfter(now)) {
            again = true;
        } else if (wentWell || failures == 0) {
            dueAt = now;
        }
        if (wentWell) {
            failures = 0;
        }
    }

    void claim(long number, Instant until) {
        token = number;
        leaseUntil = until;
        dueAt = until;
        again = false;
    }

    void settle(@Nullable Instant next) {
        failures = 0;
        trouble = Optional.empty();
        release(next);
    }

    void fail(Instant next) {
        failures++;
        release(next);
    }

    private void release(@Nullable Instant next) {
        token = 0;
        leaseUntil = null;
        dueAt = next;
        again = false;
    }
}
