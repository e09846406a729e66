package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

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

    /** The driver knows it without asking the server: it refuses this call in a transaction, and does nothing for it else. */
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

    /** Returns whether the server is a standby, as far as the driver knows without asking it. */
    static boolean isStandby(Connection connection) {
        try {
            return connection.isWrapperFor(PGConnection.class)
                    && "on".equals(connection.unwrap(PGConnection.class).getParameterStatus("in_hot_standby"));
        } catch (SQLException e) {
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
}
