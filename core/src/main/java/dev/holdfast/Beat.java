package dev.holdfast;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One loop's rounds: does the work, survives what it throws, and remembers how the last one ended. */
final class Beat implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

    private final String name;
    private final Duration every;
    private final Clock clock;
    private final Runnable work;

    @Nullable private Instant runningSince;

    @Nullable private Instant endedAt;

    private int failures;

    @Nullable private String lastError;

    Beat(String name, Duration every, Clock clock, Runnable work) {
        this.name = name;
        this.every = every;
        this.clock = clock;
        this.work = work;
    }

    /** An executor runs nothing again that threw, so an {@link Error} must not leave either. */
    @Override
    public void run() {
        begun();
        try {
            work.run();
            ended(null);
        } catch (RuntimeException | Error e) {
            LOG.atWarn().addKeyValue("loop", name).setCause(e).log("the {} loop failed this time and goes on", name);
            ended(e.toString());
        }
    }

    synchronized Health.Loop state() {
        return new Health.Loop(
                name,
                every,
                Optional.ofNullable(runningSince),
                Optional.ofNullable(endedAt),
                failures,
                Optional.ofNullable(lastError));
    }

    private synchronized void begun() {
        runningSince = clock.instant();
    }

    private synchronized void ended(@Nullable String error) {
        runningSince = null;
        endedAt = clock.instant();
        failures = error == null ? 0 : failures + 1;
        lastError = error;
    }
}
