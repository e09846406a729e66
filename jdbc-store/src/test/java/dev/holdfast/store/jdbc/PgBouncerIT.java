package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

@Needs(Facility.PGBOUNCER)
final class PgBouncerIT {

    private static PgBouncer transactions;

    @BeforeAll
    static void start() throws Exception {
        transactions = PgBouncer.start("transaction");
        haveTwoServerConnections(source(transactions.url()));
    }

    @AfterAll
    static void stop() throws IOException {
        transactions.close();
    }

    private static DataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser("anybody");
        return source;
    }

    /** Two transactions at one time need two. */
    private static void haveTwoServerConnections(DataSource source) throws SQLException {
        try (Connection one = source.getConnection();
                Connection two = source.getConnection()) {
            for (Connection connection : List.of(one, two)) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
            }
            one.rollback();
            two.rollback();
        }
    }

    private static void everythingManyTimes(JdbcTrackingStore store) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Callable<Void>> lives = IntStream.range(0, 24)
                .<Callable<Void>>mapToObj(i -> () -> {
                    store.history().find(i);
                    store.upstreams().list(Page.Request.first(5));
                    store.audit().tryAppend();
                    return null;
                })
                .toList();
        for (Future<Void> life : callers.invokeAll(lives)) {
            life.get();
        }
        callers.shutdown();
        for (int i = 0; i < 12; i++) {
            new EveryStatement(store, i).run();
        }
    }

    /** Known failure: nearly every call failed, with 26000, 42P05, 25P02 or 08P01. */
    @Test
    void theStoresOwnPoolWorksWithTheDriversDefaults() throws Exception {
        String schema = Postgres.freshSchema();
        try (JdbcTrackingStore owner = JdbcTrackingStore.pooled(transactions.url(), "anybody", "none")) {
            JdbcTrackingStore store = owner.schema(schema);

            store.migrate();
            everythingManyTimes(store);

            assertThat(store.updates()
                            .list(EveryStatement.ALL, Page.Request.first(500))
                            .items())
                    .hasSizeGreaterThan(12);
        }
    }

    @Test
    void aHostsPoolWorksWithTheDriversDefaultsAndKeepsItsSettings() throws Exception {
        String schema = Postgres.freshSchema();
        HikariConfig config = new HikariConfig();
        config.setDataSource(source(transactions.url()));
        config.setMaximumPoolSize(2);
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcTrackingStore store = JdbcTrackingStore.over(pool).schema(schema);

            store.migrate();
            everythingManyTimes(store);

            try (Connection connection = pool.getConnection()) {
                assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold())
                        .isEqualTo(5);
            }
        }
    }

    @Test
    void sessionModeWorksToo() throws Exception {
        String schema = Postgres.freshSchema();
        try (PgBouncer sessions = PgBouncer.start("session");
                JdbcTrackingStore owner = JdbcTrackingStore.pooled(sessions.url(), "anybody", "none")) {
            JdbcTrackingStore store = owner.schema(schema);

            store.migrate();
            new EveryStatement(store, 1).run();

            assertThat(store.updates()
                            .list(EveryStatement.ALL, Page.Request.first(500))
                            .items())
                    .isNotEmpty();
        }
    }

    /** Known failure: "try again", for good. */
    @Test
    void statementModeIsRefusedWithTheSettingToChange() throws Exception {
        try (PgBouncer statements = PgBouncer.start("statement");
                JdbcTrackingStore store = JdbcTrackingStore.pooled(statements.url(), "anybody", "none")) {

            assertThatThrownBy(store::migrate)
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("set pool_mode to transaction or session");
        }
    }

    @Test
    void aSchemaInTheUrlIsRefusedWithTheSettingToChange() {
        JdbcTrackingStore store = JdbcTrackingStore.over(source(transactions.url() + "&currentSchema=shop"));

        assertThatThrownBy(store::migrate)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("name the schema by JdbcTrackingStore.schema");
    }
}
