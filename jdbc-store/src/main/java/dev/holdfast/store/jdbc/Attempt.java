package dev.holdfast.store.jdbc;

import dev.holdfast.store.jdbc.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One try at a transaction. It knows afterwards what became of it, also if its connection was lost in the commit. */
final class Attempt<T> {

    /** Closed, broken, or ended by the server: an administrator, a restart. */
    private static final Set<String> LOST = Set.of("08003", "08006", "57P01", "57P02");

    private static final int LOOKS = 100;
    private static final long BETWEEN_LOOKS_MILLIS = 20;

    private final DataSource dataSource;
    private final String schema;
    private final Work<T> work;

    @Nullable private T result;
    /** The server's number for the transaction, once the work is done; empty if it has written nothing. */
    private Optional<String> number = Optional.empty();

    Attempt(DataSource dataSource, String schema, Work<T> work) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.work = work;
    }

    static boolean isLost(SQLException e) {
        return LOST.contains(String.valueOf(e.getSQLState()));
    }

    T run(Optional<Clock> clock) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            boolean auto = connection.getAutoCommit();
            try {
                connection.setAutoCommit(false);
                Session session = new Session(connection, schema);
                if (clock.isPresent()) {
                    session.setClock(clock.get().instant());
                }
                T answer = work.in(session);
                result = answer;
                number = session.number();
                connection.commit();
                connection.setAutoCommit(auto);
                return answer;
            } catch (Throwable e) {
                rollBack(connection, auto, e);
                throw e;
            }
        } finally {
            close(connection);
        }
    }

    /**
     * Returns the result of a try whose connection was lost in the commit, if the server has committed it; empty if it has
     * not, so that the work may be done again.
     *
     * @throws SQLException if the server cannot say
     */
    Optional<T> committed(SQLException lost) throws SQLException {
        if (number.isEmpty()) {
            return Optional.empty();
        }
        for (int look = 0; look < LOOKS; look++) {
            String status = status(number.get());
            if (status.equals("committed")) {
                return Optional.ofNullable(result);
            }
            if (status.equals("aborted")) {
                return Optional.empty();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_LOOKS_MILLIS));
        }
        throw new SQLException("the connection was lost in the commit, whose outcome is unknown", "08007", lost);
    }

    private String status(String transaction) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return new Session(connection, schema)
                    .first(row -> String.valueOf(row.getString(1)), "SELECT pg_xact_status(?::xid8)", transaction)
                    .orElse("unknown");
        } catch (SQLException e) {
            if (isLost(e)) {
                return "lost again";
            }
            throw e;
        }
    }

    /** Where the connection is gone, so is the transaction; what ended it is what there is to say. */
    private static void rollBack(Connection connection, boolean auto, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(auto);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** What was committed stays so, whatever becomes of its connection. */
    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // Whoever lent it finds out by itself.
        }
    }
}
