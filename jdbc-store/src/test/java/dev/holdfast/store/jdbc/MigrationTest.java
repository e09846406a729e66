package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TransientException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class MigrationTest {

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);

    private void sql(String sql) throws Exception {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("@", schema));
        }
    }

    @Test
    void migratingAgainDoesNothing() {
        assertThat(store.migrate()).isEqualTo(Migration.SCRIPTS.size());

        assertThat(store.migrate()).isZero();
        assertThat(store.migrate(SchemaMode.VALIDATE)).isZero();
    }

    @Test
    void oneQuestionTellsWhetherExactlyTheScriptsOfThisVersionWereRun() throws Exception {
        assertThat(store.isMigrated()).isFalse();
        store.migrate();
        assertThat(store.isMigrated()).isTrue();

        sql("INSERT INTO @.schema_history (version, script, checksum, breaking) VALUES (99, 'V099', 0, true)");
        assertThat(store.isMigrated()).isFalse();
        sql("DELETE FROM @.schema_history WHERE version IN (99, 1)");
        assertThat(store.isMigrated()).isFalse();
    }

    @Test
    void nodesThatStartAtOnceMigrateOnce() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(8);

        List<Future<Integer>> runs = nodes.invokeAll(Collections.nCopies(8, (Callable<Integer>) store::migrate));

        nodes.shutdown();
        int scripts = 0;
        for (Future<Integer> run : runs) {
            scripts += run.get();
        }
        assertThat(scripts).isEqualTo(Migration.SCRIPTS.size());
    }

    @Test
    void aSchemaThatIsNotThereIsRefusedWhenOnlyLooking() {
        assertThatThrownBy(() -> store.migrate(SchemaMode.VALIDATE))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("run migrate()");
        assertThat(store.migrate(SchemaMode.OFF)).isZero();
    }

    @Test
    void aScriptThatWasChangedAfterItWasAppliedIsRefused() throws Exception {
        store.migrate();
        sql("UPDATE @.schema_history SET checksum = checksum + 1");

        assertThatThrownBy(store::migrate).hasMessageContaining("was changed after it was applied");
    }

    @Test
    void aSchemaOfANewerBreakingVersionIsRefused() throws Exception {
        store.migrate();
        sql("INSERT INTO @.schema_history (version, script, checksum, breaking) VALUES (99, 'V099', 0, true)");

        assertThatThrownBy(store::migrate).hasMessageContaining("upgrade this node");
    }

    @Test
    void aUserWhoMayNotMakeSchemasMayBeGivenOne() throws Exception {
        sql("CREATE ROLE role_@; CREATE SCHEMA @ AUTHORIZATION role_@");
        JdbcTrackingStore restricted = as("role_" + schema);

        assertThat(restricted.migrate()).isEqualTo(Migration.SCRIPTS.size());

        assertThatThrownBy(() -> restricted.schema("elsewhere").migrate())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("granted");
    }

    @Test
    void aStoreWithoutTablesSaysWhatToDo() {
        assertThatThrownBy(() -> new Steps(store).install("ws-1", Steps.revision('a')))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("call migrate()");
    }

    @Test
    void theFirstErrorIsThrownAndNotThatOfTheCleanUp() throws Exception {
        try (Connection other = Postgres.source().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(x'486f6c6466617374'::bigint)");
            CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(store::migrate);
            awaitAndEnd(statement);

            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(TransientException.class)
                    .hasMessageContaining("57P01")
                    .cause()
                    .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty());
        }
    }

    /** Ends the connection that waits for the lock. */
    private static void awaitAndEnd(Statement statement) throws Exception {
        boolean ended = false;
        while (!ended) {
            try (ResultSet row = statement.executeQuery(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) {
                ended = row.next();
            }
        }
    }

    private static PGSimpleDataSource source() {
        PGSimpleDataSource all = (PGSimpleDataSource) Postgres.source();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(all.getUrl());
        source.setUser(all.getUser());
        source.setPassword(all.getPassword());
        return source;
    }

    private JdbcTrackingStore as(String role) {
        PGSimpleDataSource source = source();
        source.setOptions("-c role=" + role);
        return JdbcTrackingStore.over(source).schema(schema);
    }

    @Test
    void aSchemaNameThatIsNoIdentifierIsRefused() {
        assertThatThrownBy(() -> store.schema("a; DROP TABLE x")).isInstanceOf(PermanentException.class);
    }
}
