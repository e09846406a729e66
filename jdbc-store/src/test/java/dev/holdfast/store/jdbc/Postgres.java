package dev.holdfast.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.testkit.MutableClock;
import java.time.Clock;
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

    /** Returns an empty, migrated store whose times are measured by {@code clock}. */
    static JdbcTrackingStore store(Clock clock) {
        JdbcTrackingStore store =
                JdbcTrackingStore.over(Server.POOL).schema(freshSchema()).clock(clock);
        store.migrate();
        return store;
    }

    static JdbcTrackingStore store() {
        return store(MutableClock.create());
    }
}
