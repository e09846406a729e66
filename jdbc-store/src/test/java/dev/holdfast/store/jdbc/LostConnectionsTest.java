package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.spi.TransientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that end in the middle of a transaction: the work is done once all the same. */
final class LostConnectionsTest {

    private final String schema = Postgres.freshSchema();
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void makeTable() throws SQLException {
        execute("CREATE SCHEMA " + schema + " CREATE TABLE counted (number integer)"
                + " CREATE TABLE commit_mark (owner text, slot integer, mark bigint, changed_at timestamptz,"
                + " PRIMARY KEY (owner, slot))");
    }

    @Test
    void aConnectionThatIsTerminatedInTheMiddleIsReplaced() {
        count(Postgres.source(), session -> {
            if (runs.incrementAndGet() == 1) {
                terminate(session);
                session.first(row -> row.getInt(1), "SELECT 42");
            }
        });

        assertThat(runs).hasValue(2);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void whatTheServerHasNotCommittedIsDoneAgain() throws SQLException {
        count(losingItsFirstCommit(Connection::rollback), session -> runs.incrementAndGet());

        assertThat(runs).hasValue(2);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void whatTheServerHasCommittedIsNotDoneAgain() throws SQLException {
        count(losingItsFirstCommit(Connection::commit), session -> runs.incrementAndGet());

        assertThat(runs).hasValue(1);
        assertThat(counted()).isEqualTo(1);
    }

    /** A failover to a replica that lacks the newest commit; its numbers of transactions mean other transactions. */
    @Test
    void whatTheNewPrimaryDoesNotHaveIsDoneAgain() throws SQLException {
        count(
                losingItsFirstCommit(connection -> {
                    connection.commit();
                    execute("DELETE FROM " + schema + ".counted");
                    execute("DELETE FROM " + schema + ".commit_mark");
                }),
                session -> runs.incrementAndGet());

        assertThat(runs).hasValue(2);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void aTransactionThatStallsForLongerThanTheRoleMayIsDoneAgain() {
        count(Postgres.source(), session -> {
            if (runs.incrementAndGet() == 1) {
                session.change("SET LOCAL idle_in_transaction_session_timeout = '20ms'");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        });

        assertThat(runs).hasValue(2);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void whatHasWrittenNothingLeavesNoMark() {
        new Database(Postgres.source(), schema, Optional.empty())
                .transaction("looking", session -> session.change("DELETE FROM @.counted"));

        int marks = new Database(Postgres.source(), schema, Optional.empty())
                .transaction(
                        "looking",
                        session -> session.first(row -> row.getInt(1), "SELECT count(*) FROM @.commit_mark")
                                .orElseThrow());
        assertThat(marks).isZero();
    }

    @Test
    void aPoolWhoseConnectionsAreAllTerminatedAnswersAllTheSame() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Postgres.source());
        try (HikariDataSource pool = new HikariDataSource(config)) {
            for (int round = 1; round <= 5; round++) {
                terminateAllOf(pool);
                count(pool, session -> runs.incrementAndGet());
                assertThat(counted()).isEqualTo(round);
            }
        }
    }

    @Test
    void oneConnectionAfterAnotherMayGetLost() {
        count(Postgres.source(), session -> {
            if (runs.incrementAndGet() <= 12) {
                terminate(session);
                session.first(row -> row.getInt(1), "SELECT 42");
            }
        });

        assertThat(runs).hasValue(13);
        assertThat(counted()).isEqualTo(1);
    }

    @Test
    void whoIsAloneWithAPoolWhoseConnectionsDieYoungIsAnswered() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Postgres.source());
        config.setConnectionInitSql("SET application_name = 'short-lived'");
        AtomicBoolean over = new AtomicBoolean();
        try (HikariDataSource pool = new HikariDataSource(config)) {
            CompletableFuture<Void> terminator = CompletableFuture.runAsync(() -> terminateOneAfterAnother(over));
            for (int round = 1; round <= 20; round++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                count(pool, session -> runs.incrementAndGet());
            }
            over.set(true);
            terminator.get(10, TimeUnit.SECONDS);
        }
        assertThat(counted()).isEqualTo(20);
    }

    private static void terminateOneAfterAnother(AtomicBoolean over) {
        while (!over.get()) {
            try {
                execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'short-lived'"
                        + " ORDER BY random() LIMIT 1");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void whoCannotConnectAtAllIsToldSo() throws SQLException {
        DataSource down = mock(DataSource.class);
        when(down.getConnection()).thenThrow(new SQLException("the server is gone", "08001"));

        assertThatThrownBy(() -> count(down, session -> runs.incrementAndGet()))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("the server is gone");
        assertThat(runs).hasValue(0);
    }

    private interface Doing {
        void in(Session session) throws SQLException;
    }

    /** Adds a row, and does something in the same transaction. */
    private void count(DataSource source, Doing more) {
        boolean done = new Database(source, schema, Optional.empty()).transaction("counting", session -> {
            session.change("INSERT INTO @.counted VALUES (1)");
            more.in(session);
            return true;
        });
        assertThat(done).isTrue();
    }

    private int counted() {
        return new Database(Postgres.source(), schema, Optional.empty())
                .transaction(
                        "looking",
                        session -> session.first(row -> row.getInt(1), "SELECT count(*) FROM @.counted")
                                .orElseThrow());
    }

    private interface Ending {
        void of(Connection connection) throws SQLException;
    }

    /** Returns a source whose first connection does {@code ending} when it should commit, and is lost. */
    private static DataSource losingItsFirstCommit(Ending ending) throws SQLException {
        Connection real = Postgres.source().getConnection();
        Connection losing = mock(Connection.class, delegatesTo(real));
        doAnswer(call -> {
                    ending.of(real);
                    real.close();
                    throw new SQLException("the answer was lost", "08006");
                })
                .when(losing)
                .commit();
        DataSource source = mock(DataSource.class);
        when(source.getConnection())
                .thenReturn(losing)
                .thenAnswer(call -> Postgres.source().getConnection());
        return source;
    }

    private static void terminateAllOf(HikariDataSource pool) throws SQLException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            terminate(Session.of(connection, "public", Duration.ofSeconds(10)));
            connection.close();
        }
    }

    private static void terminate(Session session) throws SQLException {
        int process =
                session.first(row -> row.getInt(1), "SELECT pg_backend_pid()").orElseThrow();
        execute("SELECT pg_terminate_backend(" + process + ", 10000)");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection other = Postgres.source().getConnection();
                Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }
}
