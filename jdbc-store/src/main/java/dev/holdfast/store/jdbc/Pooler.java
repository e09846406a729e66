package dev.holdfast.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Whether a pooler stands before the database. There the driver may name no statement on the server: in transaction
 * mode the next transaction gets another server connection, which lacks that name, or has it for another statement.
 */
final class Pooler {

    private final Duration longest;

    /** Found out once for a store, by its first connection. */
    @Nullable private volatile Boolean between;

    /** @param longest how long it may wait for an answer */
    Pooler(Duration longest) {
        this.longest = longest;
    }

    /** What a connection is given back with. */
    interface Settings {
        void giveBack();
    }

    /**
     * Lets the driver name no statement on {@code connection}, which is in no transaction, if a pooler stands there.
     */
    Settings adapt(Connection connection) throws SQLException {
        if (!connection.isWrapperFor(PGConnection.class)) {
            return () -> {};
        }
        PGConnection driver = connection.unwrap(PGConnection.class);
        int threshold = driver.getPrepareThreshold();
        if (threshold == 0 || Boolean.FALSE.equals(between)) {
            return () -> {};
        }
        driver.setPrepareThreshold(0);
        Settings settings = () -> driver.setPrepareThreshold(threshold);
        try {
            if (isBetween(connection, driver)) {
                return settings;
            }
        } catch (SQLException | RuntimeException e) {
            settings.giveBack();
            throw e;
        }
        settings.giveBack();
        return () -> {};
    }

    private boolean isBetween(Connection connection, PGConnection driver) throws SQLException {
        Boolean known = between;
        if (known == null) {
            known = serverProcess(connection) != driver.getBackendPID();
            between = known;
        }
        return known;
    }

    /**
     * A pooler answers a new client with a process number of its own making, because it has no server process for it
     * yet.
     */
    private int serverProcess(Connection connection) throws SQLException {
        boolean auto = connection.getAutoCommit();
        try {
            connection.setAutoCommit(true);
            int process;
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout((int) longest.toSeconds());
                try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                    row.next();
                    process = row.getInt(1);
                }
            }
            connection.setAutoCommit(auto);
            return process;
        } catch (SQLException e) {
            Lent.setAutoCommit(connection, auto, e);
            throw e;
        }
    }
}
