package dev.holdfast.store.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Where transactions begin and end. Each call takes one connection and gives it back before it returns, so a pool of
 * one is enough.
 */
final class Database {

    static final Duration LONGEST_STATEMENT = Duration.ofSeconds(15);

    private static final int ATTEMPTS = 8;
    private static final int LONGEST_PAUSE_MILLIS = 50;

    /** How long work goes on trying whose connections get lost: a server that restarts takes a while. */
    private static final Duration RECONNECTING = Duration.ofSeconds(15);

    /** Tried at least, for a pool may rest for seconds before it connects again, and then lend one that is dead too. */
    private static final int FEWEST_RECONNECTS = 40;

    /** One that takes longer to be lost hangs, and so would the next. */
    private static final Duration QUICKLY = Duration.ofSeconds(1);

    private final Attempt.Way way;

    Database(DataSource dataSource, String schema, Optional<Clock> clock) {
        this.way = new Attempt.Way(
                dataSource, schema, clock, LONGEST_STATEMENT, new CommitMarks(), new Pooler(LONGEST_STATEMENT));
    }

    /**
     * Runs {@code work} in one transaction, again if it lost a race that the database resolved against it, or its
     * connection before it was committed.
     */
    <T> T transaction(String what, Attempt.Work<T> work) {
        return tried(what, Attempt.Kind.ANY, work);
    }

    /**
     * As {@link #transaction}, for work that almost always writes: what it commits costs no round trip of its own to
     * mark.
     */
    <T> T write(String what, Attempt.Work<T> work) {
        return tried(what, Attempt.Kind.WRITE, work);
    }

    /** As {@link #transaction}, for work of a single statement that reads, in one round trip. */
    <T> T read(String what, Attempt.Work<T> work) {
        return tried(what, Attempt.Kind.READ, work);
    }

    private <T> T tried(String what, Attempt.Kind kind, Attempt.Work<T> work) {
        long begun = System.nanoTime();
        for (int count = 1; ; count++) {
            Attempt<T> attempt = new Attempt<>(way, kind, work);
            long tried = System.nanoTime();
            try {
                return attempt.run();
            } catch (SQLException e) {
                Failure failure = attempt.failure(e);
                Optional<T> committed = afterAll(what, attempt, failure);
                if (committed.isPresent()) {
                    return committed.get();
                }
                boolean soon = System.nanoTime() - begun < RECONNECTING.toNanos();
                boolean quick = System.nanoTime() - tried < QUICKLY.toNanos();
                if (!isTriedAgain(failure, count, soon, quick)
                        || Thread.currentThread().isInterrupted()) {
                    throw failure.exception(what);
                }
                pauseAfter(failure, count);
            }
        }
    }

    private static boolean isTriedAgain(Failure failure, int count, boolean soon, boolean quick) {
        if (failure.isLost()) {
            return soon || (quick && count < FEWEST_RECONNECTS);
        }
        // Each connection of a pool may have prepared the statement.
        return failure.isStale() ? count < 2 * Attempt.OF_A_POOL : failure.isRace() && count < ATTEMPTS;
    }

    /**
     * A while, at random so that those who met part. A pool lends its dead connections one after the other, and then a
     * new one: that is taken at once, or it ages too.
     */
    private static void pauseAfter(Failure failure, int count) {
        boolean atOnce = failure.isLost() || failure.isStale();
        if (!atOnce || count % Attempt.OF_A_POOL == 0) {
            long most = (long) LONGEST_PAUSE_MILLIS * (atOnce ? 1 : count);
            LockSupport.parkNanos(
                    TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(most)));
        }
    }

    private static <T> Optional<T> afterAll(String what, Attempt<T> attempt, Failure failure) {
        try {
            return failure.isLost() ? attempt.committed(failure.cause()) : Optional.empty();
        } catch (SQLException unknown) {
            throw Failure.of(unknown).exception(what);
        }
    }
}
