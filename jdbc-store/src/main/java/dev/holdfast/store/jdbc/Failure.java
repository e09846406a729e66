package dev.holdfast.store.jdbc;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an error of the database means for the work that met it, by its SQLSTATE.
 *
 * @param connected whether there was a connection, so that the error is not about getting one
 * @param closed whether that connection is closed now
 * @param standby whether the server is a standby, which refuses to write until it is promoted
 */
record Failure(SQLException cause, boolean connected, boolean closed, boolean standby) {

    /**
     * Closed, broken, or ended by the server: by an administrator, a restart, or a limit on idle sessions, on idle
     * transactions or on the length of a transaction.
     */
    private static final Set<String> LOST =
            Set.of("08000", "08003", "08006", "57P01", "57P02", "57P05", "25P03", "25P04");

    private static final String PROTOCOL = "08P01";

    /** Serialization failure, deadlock, and a key that two transactions raced for: the next look sees who won. */
    private static final Set<String> RACE = Set.of("40001", "40P01", "23503", "23505");

    /** A statement that was prepared before the schema changed, or that the server does not have any more. */
    private static final Set<String> STALE = Set.of("0A000", "26000");

    /** Connection, rolled back, out of something, stopped or cancelled, I/O; a lock that is not free. */
    private static final List<String> PASSING = List.of("08", "40", "53", "57", "58", "55P03", "25P", "23503", "23505");

    static final String READ_ONLY = "25006";

    private static final String MIGRATE = "call migrate(), or apply the scripts of this version, first";
    private static final String ACCESS = "check the database, the user, the password and what the user was granted";
    private static final String POOLER =
            "if a pooler in transaction mode stands before the database, add prepareThreshold=0" + " to the JDBC URL";

    /**
     * What PgBouncer says, in English whatever the locale, to a client that it will not serve; and what a person does.
     */
    private static final Map<String, String> POOLER_REFUSES = Map.of(
            "transaction blocks not allowed",
            "Holdfast needs transactions; set pool_mode to transaction or session in the pooler",
            "unsupported startup parameter",
            "take that parameter (currentSchema sets search_path) out of the JDBC URL, and name the schema by"
                    + " JdbcTrackingStore.schema, or list the parameter in the pooler's ignore_startup_parameters");

    private static final String ENCODING = "use a database whose encoding is UTF8";

    /** What a person does about states that begin so. */
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("42P01", MIGRATE),
            Map.entry("42883", MIGRATE),
            Map.entry("42703", MIGRATE),
            Map.entry("3F000", MIGRATE),
            Map.entry("42P10", "an index is missing; call migrate(SchemaMode.VALIDATE), which names it"),
            Map.entry("28", ACCESS),
            Map.entry("3D", ACCESS),
            Map.entry("42501", ACCESS),
            Map.entry("26000", POOLER),
            Map.entry("42P05", POOLER),
            Map.entry(PROTOCOL, POOLER),
            Map.entry("22P05", ENCODING),
            Map.entry("22021", ENCODING),
            Map.entry(
                    READ_ONLY,
                    "the pool, the role or the database is read-only; give one that may write, and look at readOnly and"
                            + " default_transaction_read_only"));

    /** Returns the meaning of an error outside an {@link Attempt}. */
    static Failure of(SQLException cause) {
        return new Failure(cause, true, false, false);
    }

    /** Returns the nearest SQLSTATE; a pool gives its own exceptions none. */
    private String state() {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "null";
    }

    /** Returns whether the connection is gone, so that only another one can say what became of a commit. */
    boolean isLost() {
        return LOST.contains(state())
                || (connected
                        && (closed || state().equals(PROTOCOL))
                        && refusal().isEmpty());
    }

    /** Returns whether the same work may succeed after a short while, on whatever connection. */
    boolean isRace() {
        return RACE.contains(state());
    }

    /** Returns whether the same work may succeed at once: the driver forgets such a statement when it is told of it. */
    boolean isStale() {
        return STALE.contains(state());
    }

    /** Returns what a person does if a pooler refuses to serve this client at all. */
    private Optional<String> refusal() {
        return state().equals(PROTOCOL)
                ? POOLER_REFUSES.entrySet().stream()
                        .filter(refusal -> told().contains(refusal.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                : Optional.empty();
    }

    private boolean isPassing() {
        if (refusal().isPresent()) {
            return false;
        }
        boolean waits = state().equals(READ_ONLY) && standby;
        return waits || isLost() || cause instanceof SQLTransientException || begins(PASSING);
    }

    HoldfastException exception(String what) {
        String message = what + " failed in the database: " + told() + " (SQLSTATE " + state() + ")";
        return isPassing()
                ? new TransientException(
                        Reason.STORE,
                        message + "; try again" + (state().equals(PROTOCOL) ? ", and " + POOLER : ""),
                        cause)
                : new PermanentException(
                        Reason.STORE, message + "; " + refusal().orElseGet(this::remedy), cause);
    }

    /** A pool says only that it has no connection; why not stands at the end of its chain of causes. */
    private String told() {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        String why = String.valueOf(root.getMessage());
        return message.contains(why) ? message : message + ", because " + why;
    }

    private String remedy() {
        return REMEDIES.entrySet().stream()
                .filter(entry -> state().startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("see the database's log");
    }

    private boolean begins(List<String> states) {
        return states.stream().anyMatch(state()::startsWith);
    }
}
