package dev.holdfast.examples.host;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.nio.file.Path;
import javax.sql.DataSource;

/**
 * The PostgreSQL of the platform: one that it is given, or one of its own. Holdfast's tables and ours live in it side
 * by side.
 */
final class Database implements AutoCloseable {

    private static final int CONNECTIONS = 10;
    private static final long WAIT_MILLIS = 10_000;

    private final DataSource dataSource;
    private final Runnable closing;

    private Database(DataSource dataSource, Runnable closing) {
        this.dataSource = dataSource;
        this.closing = closing;
    }

    /** Connects to the server that {@code url} names, which holds no password. */
    static Database at(String url, String user, String password) {
        if (!url.startsWith("jdbc:postgresql:") || url.contains("password=") || url.contains("@")) {
            throw PermanentException.invalid(
                    "--jdbc",
                    "...",
                    "write jdbc:postgresql://host[:port]/database; the password goes into HOLDFAST_JDBC_PASSWORD");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(WAIT_MILLIS);
        try {
            HikariDataSource pool = new HikariDataSource(config);
            return new Database(pool, pool::close);
        } catch (HikariPool.PoolInitializationException e) {
            throw new TransientException(
                    Reason.STORE, "the PostgreSQL of --jdbc does not let " + user + " in: " + e.getMessage(), e);
        }
    }

    /** Starts a server that keeps its data in {@code directory}. */
    static Database keptIn(Path directory) {
        EmbeddedPostgreSql server = EmbeddedPostgreSql.keepIn(directory);
        return new Database(server.dataSource(), server::close);
    }

    /** Starts a server that forgets everything when it is closed. */
    static Database temporary() {
        EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
        return new Database(server.dataSource(), server::close);
    }

    DataSource dataSource() {
        return dataSource;
    }

    @Override
    public void close() {
        closing.run();
    }
}
