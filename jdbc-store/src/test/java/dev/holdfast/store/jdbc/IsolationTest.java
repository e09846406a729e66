package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.WorkspaceId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Whose transaction it is, and how isolated. */
final class IsolationTest {

    private final String schema = Postgres.freshSchema();

    private static PGSimpleDataSource source() {
        PGSimpleDataSource all = (PGSimpleDataSource) Postgres.source();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(all.getUrl());
        source.setUser(all.getUser());
        source.setPassword(all.getPassword());
        return source;
    }

    private static String isolation(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW transaction_isolation")) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE"})
    void transactionsAreReadCommittedWhateverThePool(String level) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(Postgres.source());
        config.setMaximumPoolSize(1);
        config.setTransactionIsolation(level);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcTrackingStore.over(pool).schema(schema).migrate();
            assertReadCommitted(pool);

            try (Connection connection = pool.getConnection()) {
                assertThat("TRANSACTION_"
                                + isolation(connection)
                                        .toUpperCase(java.util.Locale.ROOT)
                                        .replace(' ', '_'))
                        .isEqualTo(level);
            }
        }
    }

    @Test
    void transactionsAreReadCommittedWhateverTheRole() throws SQLException {
        PGSimpleDataSource source = source();
        source.setOptions("-c default_transaction_isolation=serializable");

        assertReadCommitted(source);
    }

    private void assertReadCommitted(DataSource source) {
        String[] seen = new Database(source, schema, Optional.empty()).transaction("looking", session -> new String[] {
            session.first(
                            row -> row.getString(1),
                            "SELECT 'the first statement is ' || current_setting('transaction_isolation')")
                    .orElseThrow(),
            session.first(row -> row.getString(1), "SELECT current_setting('transaction_isolation')")
                    .orElseThrow()
        });

        assertThat(seen).containsExactly("the first statement is read committed", "read committed");
    }

    @Test
    void allStatementsWorkWhereRowsAreFetchedOneByOneAndInSimpleMode() {
        PGSimpleDataSource slow = source();
        slow.setDefaultRowFetchSize(1);
        PGSimpleDataSource simple = source();
        simple.setPreferQueryMode(org.postgresql.jdbc.PreferQueryMode.SIMPLE);
        JdbcTrackingStore.over(slow).schema(schema).migrate();

        new EveryStatement(JdbcTrackingStore.over(slow).schema(schema), 1).run();
        new EveryStatement(JdbcTrackingStore.over(simple).schema(schema), 2).run();
    }

    @Test
    void whatTheHostHasBegunAndRollsBackIsNotCommitted() throws SQLException {
        JdbcTrackingStore.over(Postgres.source()).schema(schema).migrate();
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TABLE " + schema + ".host_order (id integer)");
            JdbcTrackingStore store =
                    JdbcTrackingStore.over(lending(connection)).schema(schema);

            assertThatThrownBy(() -> store.installs().forget(WorkspaceId.of("ws-1"), "tester"))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("give JdbcTrackingStore the plain pool");
            assertThatThrownBy(store::migrate)
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("give JdbcTrackingStore the plain pool");

            connection.rollback();
            try (ResultSet row = statement.executeQuery("SELECT to_regclass('" + schema + ".host_order')")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isNull();
            }
        }
    }

    @Test
    void aPoolWithoutAutocommitWillDo() throws SQLException {
        try (Connection connection = Postgres.source().getConnection()) {
            connection.setAutoCommit(false);
            JdbcTrackingStore store =
                    JdbcTrackingStore.over(lending(connection)).schema(schema);

            store.migrate();

            assertThat(store.installs().forget(WorkspaceId.of("ws-1"), "tester"))
                    .isZero();
            assertThat(connection.getAutoCommit()).isFalse();
        }
    }

    /**
     * As a data source that takes part in the host's transactions does: the same connection for all, which stays open.
     */
    private static DataSource lending(Connection connection) throws SQLException {
        Connection lent = mock(Connection.class, delegatesTo(connection));
        doNothing().when(lent).close();
        DataSource source = mock(DataSource.class);
        when(source.getConnection()).thenReturn(lent);
        return source;
    }
}
