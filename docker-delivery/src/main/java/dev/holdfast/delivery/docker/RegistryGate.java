package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What one registry gets: so many requests in a minute, so few at one time, and none while it wants to be left alone.
 */
final class RegistryGate {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int AT_ONE_TIME = 4;

    private final String registry;
    private final int budget;
    private final Clock clock;
    private final Semaphore free = new Semaphore(AT_ONE_TIME, true);
    private Instant quietUntil = Instant.MIN;
    private Instant windowEnd = Instant.MIN;
    private int spent;

    RegistryGate(String registry, int budget, Clock clock) {
        this.registry = registry;
        this.budget = budget;
        this.clock = clock;
    }

    /** Makes one request, unless the registry is to be left alone. */
    <T> T pass(Deadline deadline, Callable<T> request) throws Exception {
        if (!free.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw deadline.timeout("waiting for other requests to " + registry);
        }
        try {
            spend();
            return request.call();
        } finally {
            free.release();
        }
    }

    /** The registry asked to be left alone for so long. */
    synchronized void hush(Duration wait) {
        Instant until = clock.instant().plus(wait);
        quietUntil = until.isAfter(quietUntil) ? until : quietUntil;
    }

    private synchronized void spend() {
        Instant now = clock.instant();
        if (now.isBefore(quietUntil)) {
            throw limited(" asked for fewer requests and is left alone", Duration.between(now, quietUntil));
        }
        if (!now.isBefore(windowEnd)) {
            windowEnd = now.plus(WINDOW);
            spent = 0;
        }
        if (spent >= budget) {
            throw limited(
                    " has had its " + budget + " requests of this minute; allow more if it does",
                    Duration.between(now, windowEnd));
        }
        spent++;
    }

    private TransientException limited(String why, Duration wait) {
        return new TransientException(Reason.RATE_LIMITED, registry + why + "; try again later", null, wait);
    }
}
