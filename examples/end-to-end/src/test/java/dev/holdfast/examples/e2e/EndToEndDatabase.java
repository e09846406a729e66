package dev.holdfast.examples.e2e;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** One real PostgreSQL for all stories, and a schema for each. */
public final class EndToEndDatabase {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private EndToEndDatabase() {}

    private static final class Server {
        static final EmbeddedPostgreSql SERVER = started();
        static final DataSource POOL = pool();

        private static EmbeddedPostgreSql started() {
            EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        }

        private static DataSource pool() {
            HikariConfig config = new HikariConfig();
            config.setDataSource(SERVER.dataSource());
            config.setMaximumPoolSize(32);
            config.setMinimumIdle(0);
            return new HikariDataSource(config);
        }
    }

    /** Returns an empty store whose times are measured by {@code clock}. */
    public static JdbcTrackingStore store(Clock clock) {
        return store("story_" + NEXT.incrementAndGet(), clock);
    }

    /** Returns the address of the server, for another process. */
    static String url() {
        return Server.SERVER.url();
    }

    static Connection connection() throws SQLException {
        return Server.SERVER.dataSource().getConnection();
    }

    static JdbcTrackingStore store(String schema, Clock clock) {
        return store(Server.POOL, schema, clock);
    }

    /** As {@link #store(Clock)}, with connections that come by way of {@code around}. */
    public static JdbcTrackingStore store(UnaryOperator<DataSource> around, Clock clock) {
        return store(around.apply(Server.POOL), "story_" + NEXT.incrementAndGet(), clock);
    }

    private static JdbcTrackingStore store(DataSource source, String schema, Clock clock) {
        JdbcTrackingStore store = JdbcTrackingStore.over(source).schema(schema).clock(clock);
        store.migrate();
        return store;
    }
}
