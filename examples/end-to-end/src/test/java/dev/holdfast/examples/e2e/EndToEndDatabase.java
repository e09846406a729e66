package dev.holdfast.examples.e2e;

import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all stories, and a schema for each. */
final class EndToEndDatabase {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private EndToEndDatabase() {}

    private static final class Server {
        static final EmbeddedPostgreSql SERVER = started();

        private static EmbeddedPostgreSql started() {
            EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        }
    }

    static JdbcTrackingStore store(Clock clock) {
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
        JdbcTrackingStore store = JdbcTrackingStore.over(Server.SERVER.dataSource())
                .schema(schema)
                .clock(clock);
        store.migrate();
        return store;
    }
}
