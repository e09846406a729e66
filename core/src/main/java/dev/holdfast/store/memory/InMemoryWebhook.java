package dev.holdfast.store.memory;

import dev.holdfast.spi.store.AuditSeal;
import java.time.Instant;
import java.util.Optional;

/** The row of one webhook; only under the lock of {@link InMemoryTables}. */
final class InMemoryWebhook {

    /** Of the claim that holds it; 0 where none does. */
    long token;

    AuditSeal upTo;
    long lost;
    int failures;
    Optional<String> lastError = Optional.empty();
    Optional<Instant> failingSince = Optional.empty();
    Optional<Instant> deliveredAt = Optional.empty();
    Instant dueAt;
    Optional<String> suspended = Optional.empty();

    InMemoryWebhook(AuditSeal begin, Instant now) {
        this.upTo = begin;
        this.dueAt = now;
    }

    void claim(long number, Instant until) {
        token = number;
        dueAt = until;
    }

    void release(Instant next) {
        token = 0;
        dueAt = next;
    }

    void deliver(AuditSeal seal, long gone, Instant now) {
        upTo = seal;
        lost += gone;
        deliveredAt = Optional.of(now);
        forgetFailures();
    }

    void fail(String why, Instant now) {
        failures++;
        lastError = Optional.of(why);
        failingSince = failingSince.or(() -> Optional.of(now));
    }

    /** A claim that somebody holds stays theirs. */
    void resume(Instant now) {
        lost = 0;
        forgetFailures();
        dueAt = token == 0 ? now : dueAt;
    }

    private void forgetFailures() {
        failures = 0;
        lastError = Optional.empty();
        failingSince = Optional.empty();
        suspended = Optional.empty();
    }
}
