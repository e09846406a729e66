package dev.holdfast.internal;

import dev.holdfast.Health;
import dev.holdfast.spi.HoldfastException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's rounds: does the work, survives what it throws, and remembers how the last one ended. A failure is logged
 * once for as long as it lasts, and so is its end: a store that is away for a night must not fill the log.
 */
public final class LoopTask implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LoopTask.class);

    private final String name;
    private final Duration every;
    private final Clock clock;
    private final Runnable work;

    private BooleanSupplier ended = () -> false;

    @Nullable private Instant runningSince;

    @Nullable private Instant endedAt;

    private int failures;

    @Nullable private String lastError;

    private String told = "";

    public LoopTask(String name, Duration every, Clock clock, Runnable work) {
        this.name = name;
        this.every = every;
        this.clock = clock;
        this.work = work;
    }

    /** Says how to find out that no round will come any more. */
    public synchronized LoopTask endedWhen(BooleanSupplier over) {
        ended = over;
        return this;
    }

    /** An executor runs nothing again that threw, and a thread that threw is gone: so nothing at all may leave. */
    @Override
    public void run() {
        begun();
        try {
            work.run();
            passed();
        } catch (Throwable e) {
            failed(e);
        }
    }

    public synchronized boolean hasFailed() {
        return failures > 0;
    }

    public synchronized Health.Loop state() {
        return new Health.Loop(
                name,
                every,
                Optional.ofNullable(runningSince),
                Optional.ofNullable(endedAt),
                failures,
                Optional.ofNullable(lastError),
                !ended.getAsBoolean());
    }

    private synchronized void begun() {
        runningSince = clock.instant();
    }

    private synchronized void passed() {
        if (failures > 0) {
            LOG.atInfo().addKeyValue("loop", name).log("the {} loop works again, after {} failures", name, failures);
        }
        told = "";
        ended(0, null);
    }

    private synchronized void failed(Throwable e) {
        String kind = e instanceof HoldfastException known
                ? known.reason().name()
                : e.getClass().getName();
        if (told.equals(kind)) {
            LOG.atDebug().addKeyValue("loop", name).setCause(e).log("the {} loop failed again", name);
        } else {
            LOG.atWarn()
                    .addKeyValue("loop", name)
                    .setCause(e)
                    .log("the {} loop failed and goes on; it is told again when that changes", name);
        }
        told = kind;
        ended(failures + 1, e.toString());
    }

    private void ended(int inARow, @Nullable String error) {
        runningSince = null;
        endedAt = clock.instant();
        failures = inARow;
        lastError = error;
    }
}
