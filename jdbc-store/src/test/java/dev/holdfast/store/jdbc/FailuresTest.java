package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TransientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each error of the database leads to. */
final class FailuresTest {

    private final String schema = Postgres.freshSchema();
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + schema + " CREATE TABLE counted (number integer)"
                    + " CREATE TABLE commit_mark (owner text, slot integer, mark bigint, changed_at timestamptz,"
                    + " PRIMARY KEY (owner, slot))");
        }
    }

    private Database database() {
        return new Database(Postgres.source(), schema, Optional.empty());
    }

    /** Adds a row in a transaction that fails with {@code state} the first {@code times}. */
    private void count(String state, int times) {
        database().transaction("counting", session -> {
            session.change("INSERT INTO @.counted VALUES (1)");
            if (runs.incrementAndGet() <= times) {
                raise(session, state);
            }
            return true;
        });
    }

    private static void raise(Session session, String state) throws SQLException {
        session.change("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '" + state + "'; END $$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40001", "40P01", "23505", "25P03", "25P04", "57P05", "57P01", "57P02", "08006", "08P01", "0A000",
                "26000"
            })
    void whatOnlyThisConnectionOrThisMomentRefusesIsDoneAgain(String state) {
        count(state, 3);

        assertThat(runs).hasValue(4);
        int rows = database()
                .transaction(
                        "looking",
                        session -> session.first(row -> row.getInt(1), "SELECT count(*) FROM @.counted")
                                .orElseThrow());
        assertThat(rows).isEqualTo(1);
    }

    /**
     * A full disk, out of memory, a limit of the role, a lock, a server that stops: nothing is wrong with the request.
     */
    @ParameterizedTest
    @ValueSource(strings = {"53100", "53200", "53300", "57014", "57P03", "55P03", "58030", "25P02", "40001"})
    void whatPassesIsTransient(String state) {
        assertThatThrownBy(() -> count(state, 1000))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("SQLSTATE " + state)
                .hasMessageContaining("try again");
    }

    @ParameterizedTest
    @CsvSource({
        "42501, granted",
        "25006, read-only",
        "22P05, UTF8",
        "42P10, VALIDATE",
        "42P01, migrate()",
        "26000, prepareThreshold=0",
        "42P05, prepareThreshold=0",
        "22012, log"
    })
    void whatAPersonMustMendIsPermanentAndSaysHow(String state, String remedy) {
        assertThatThrownBy(() -> count(state, 1000))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("SQLSTATE " + state)
                .hasMessageContaining(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "transaction blocks not allowed in statement pooling mode, pool_mode",
        "unsupported startup parameter: search_path, JdbcTrackingStore.schema"
    })
    void whatAPoolerRefusesForGoodIsPermanentAndNamesTheSetting(String told, String remedy) {
        Failure failure = Failure.of(new SQLException("FATAL: " + told, "08P01"));

        assertThat(failure.isLost()).isFalse();
        assertThat(failure.exception("migrating"))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void aConnectionThatAPoolCannotGiveSaysWhy() {
        SQLException root = new SQLException("isolation level -1 not supported", "0A000");

        assertThat(new Failure(new SQLException("Connection is not available", null, root), false, false, false)
                        .exception("looking"))
                .hasMessageContaining("isolation level -1 not supported")
                .hasMessageContaining("SQLSTATE 0A000");
    }

    @Test
    void aConnectionThatIsClosedWithoutAStateIsLost() {
        Failure closed = new Failure(new SQLException("Connection is closed"), true, true, false);

        assertThat(closed.isLost()).isTrue();
        assertThat(closed.exception("looking")).isInstanceOf(TransientException.class);
    }

    @Test
    void aStandbyRefusesWritesUntilItIsPromoted() {
        SQLException refused = new SQLException("cannot execute INSERT in a read-only transaction", "25006");

        assertThat(new Failure(refused, true, false, true).exception("writing")).isInstanceOf(TransientException.class);
    }
}
