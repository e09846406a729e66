package dev.holdfast.store.jdbc;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Where transactions begin and end. Each call takes one connection and gives it back before it returns, so a pool of one
 * is enough.
 */
final class Database {

    private static final int ATTEMPTS = 4;
    /** As many connections as a pool of the usual size holds, each of which may be dead. */
    private static final int OF_A_POOL = 10;

    private static final int LONGEST_PAUSE_MILLIS = 50;
    /** Serialization failure, deadlock, and a key that two transactions raced for: the next look sees who won. */
    private static final Set<String> AGAIN = Set.of("40001", "40P01", "23503", "23505");

    /** How long work goes on trying whose connections get lost: a server that restarts takes a while. */
    private static final Duration RECONNECTING = Duration.ofSeconds(15);

    /** Tried at least, for a pool may rest for seconds before it connects again, and then lend one that is dead too. */
    private static final int FEWEST_RECONNECTS = 40;

    /** Connection, rolled back, out of something, stopped or cancelled, I/O; a lock that is not free; a standby. */
    private static final List<String> PASSING =
            List.of("08", "40", "53", "57", "58", "55P03", "25006", "23503", "23505");

    private static final List<String> NO_TABLES = List.of("42P01", "42883", "42703", "3F000");
    private static final List<String> NO_ACCESS = List.of("28", "3D", "42501");

    private final DataSource dataSource;
    private final String schema;
    private final Optional<Clock> clock;

    Database(DataSource dataSource, String schema, Optional<Clock> clock) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.clock = clock;
    }

    /** What is done with one connection. */
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /**
     * Runs {@code work} in one transaction, again if it lost a race that the database resolved against it, or its
     * connection before it was committed.
     */
    <T> T transaction(String what, Work<T> work) {
        long begun = System.nanoTime();
        for (int count = 1; ; count++) {
            Attempt<T> attempt = new Attempt<>(dataSource, schema, work);
            try {
                return attempt.run(clock);
            } catch (SQLException e) {
                Optional<T> committed = afterAll(what, attempt, e);
                if (committed.isPresent()) {
                    return committed.get();
                }
                boolean lost = Attempt.isLost(e);
                boolean again = lost
                        ? count < FEWEST_RECONNECTS || System.nanoTime() - begun < RECONNECTING.toNanos()
                        : count < ATTEMPTS && AGAIN.contains(String.valueOf(e.getSQLState()));
                if (!again || Thread.currentThread().isInterrupted()) {
                    throw failure(what, e);
                }
                // A pool lends its dead connections one after the other, and then a new one: at once, or that one ages
                // too.
                if (!lost || count % OF_A_POOL == 0) {
                    pause();
                }
            }
        }
    }

    /** A while, at random so that those who met part. */
    private static void pause() {
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS)));
    }

    private static <T> Optional<T> afterAll(String what, Attempt<T> attempt, SQLException e) {
        try {
            return Attempt.isLost(e) ? attempt.committed(e) : Optional.empty();
        } catch (SQLException unknown) {
            throw failure(what, unknown);
        }
    }

    static HoldfastException failure(String what, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = what + " failed in the database: " + e.getMessage() + " (SQLSTATE " + state + ")";
        return begins(state, PASSING) || e instanceof SQLTransientException
                ? new TransientException(Reason.STORE, message + "; try again", e)
                : new PermanentException(Reason.STORE, message + "; " + remedy(state), e);
    }

    private static String remedy(String state) {
        if (begins(state, NO_TABLES)) {
            return "call migrate(), or apply the scripts of this version, first";
        }
        return begins(state, NO_ACCESS)
                ? "check the database, the user, the password and what the user was granted"
                : "see the database's log";
    }

    private static boolean begins(String state, List<String> states) {
        return states.stream().anyMatch(state::startsWith);
    }
}
