package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What is looked at on a connection that a data source has lent. */
final class Lent {

    private static final String ACTIVE_TRANSACTION = "25001";

    private Lent() {}

    /**
     * Refuses a connection whose transaction somebody else has begun: our commit would be theirs.
     *
     * @throws PermanentException if it is in a transaction
     */
    static void checkIdle(Connection connection) throws SQLException {
        if (!connection.getAutoCommit() && isInTransaction(connection)) {
            throw new PermanentException(
                    Reason.STORE,
                    "the data source lent a connection that is in a transaction of the host's already, which Holdfast would"
                            + " commit; give JdbcTrackingStore the plain pool, not a data source that takes part in the"
                            + " host's transactions");
        }
    }

    /**
     * The driver knows it without asking the server: it refuses this call in a transaction, and does nothing for it
     * else.
     */
    private static boolean isInTransaction(Connection connection) throws SQLException {
        try {
            connection.setReadOnly(connection.isReadOnly());
            return false;
        } catch (SQLException e) {
            if (ACTIVE_TRANSACTION.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Returns whether {@code refusal} is that of a standby, which will not write until it is promoted. The server is
     * asked only where something refused to write, and outside the transaction that failed.
     */
    static boolean isStandby(Connection connection, Throwable refusal) {
        if (!(refusal instanceof SQLException e) || !Failure.READ_ONLY.equals(e.getSQLState())) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            boolean standby = row.next() && row.getBoolean(1);
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return standby;
        } catch (SQLException unknown) {
            return false;
        }
    }

    static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Where the connection is gone, so is the transaction; what ended it is what there is to say. */
    static void rollBack(Connection connection, boolean auto, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(auto);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    static void setAutoCommit(Connection connection, boolean auto, Throwable cause) {
        try {
            connection.setAutoCommit(auto);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
