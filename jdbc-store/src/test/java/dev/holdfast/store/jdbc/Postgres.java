package dev.holdfast.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.testkit.MutableClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One server for all tests of this JVM, and a schema for each. {@code HOLDFAST_TEST_JDBC_URL} names another server. */
final class Postgres {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private Postgres() {}

    private static final class Server {
        static final DataSource SOURCE = source();
        static final DataSource POOL = pool();

        private static DataSource source() {
            String given = System.getenv("HOLDFAST_TEST_JDBC_URL");
            if (given == null || given.isBlank()) {
                EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server.dataSource();
            }
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(given);
            return source;
        }

        /** To connect takes longer than most statements, so what does not test connections shares them. */
        private static DataSource pool() {
            HikariConfig config = new HikariConfig();
            config.setDataSource(SOURCE);
            config.setMaximumPoolSize(32);
            config.setMinimumIdle(0);
            return new HikariDataSource(config);
        }
    }

    /** Returns a source whose every connection is a new one. */
    static DataSource source() {
        return Server.SOURCE;
    }

    static String freshSchema() {
        return "t" + ProcessHandle.current().pid() + "_" + NEXT.incrementAndGet();
    }

    /** Returns a store in a schema of its own, migrated, whose times are measured by {@code clock}. */
    static JdbcTrackingStore store(Clock clock) {
        return migrated(freshSchema()).clock(clock);
    }

    private static JdbcTrackingStore migrated(String schema) {
        JdbcTrackingStore store = JdbcTrackingStore.over(Server.POOL).schema(schema);
        store.migrate();
        return store;
    }

    /** As {@link #store(Clock)}, in the {@link #emptied()} schema. */
    static JdbcTrackingStore emptied(Clock clock) {
        return JdbcTrackingStore.over(Server.POOL).schema(emptied()).clock(clock);
    }

    /**
     * Returns the one migrated schema of this JVM that tests take turns in, with its rows deleted: that takes 5 ms, and
     * to migrate 300. For tests that ask once, change no table, and are over when the next one asks.
     */
    static String emptied() {
        try (Connection connection = Server.POOL.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Shared.EMPTYING);
            return Shared.SCHEMA;
        } catch (SQLException e) {
            throw new AssertionError("an earlier test still uses the store that tests share", e);
        }
    }

    /** The schema that tests take turns in, as it is after the migration. */
    private static final class Shared {

        static final String SCHEMA = freshSchema();
        static final String EMPTYING = emptying();

        /** Rows go before those that they refer to; two tables have one row from the beginning. */
        private static String emptying() {
            migrated(SCHEMA);
            List<String> statements = new ArrayList<>(List.of("SET LOCAL lock_timeout = '10s'"));
            String tables = """
                    SELECT 'DELETE FROM %1$s.' || quote_ident(t.relname) FROM pg_class t
                    WHERE t.relnamespace = '%1$s'::regnamespace AND t.relkind = 'r' AND t.relname <> 'schema_history'
                    ORDER BY EXISTS (SELECT FROM pg_constraint c WHERE c.confrelid = t.oid), t.relname
                    """;
            String sequences = """
                    SELECT format('SELECT setval(%%L, 1, false)', s.oid::regclass) FROM pg_class s
                    WHERE s.relnamespace = '%1$s'::regnamespace AND s.relkind = 'S'
                    """;
            try (Connection connection = Server.POOL.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String asked : List.of(tables, sequences)) {
                    try (ResultSet rows = statement.executeQuery(asked.formatted(SCHEMA))) {
                        while (rows.next()) {
                            statements.add(rows.getString(1));
                        }
                    }
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            statements.add("INSERT INTO " + SCHEMA + ".epoch (value) VALUES (0)");
            statements.add("INSERT INTO " + SCHEMA + ".audit_chain DEFAULT VALUES");
            return String.join("; ", statements);
        }
    }

    static JdbcTrackingStore store() {
        return store(MutableClock.create());
    }
}
