package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code migrate()} looks at: the database, the role, and what is in the schema, whoever has put it there. */
final class SchemaChecksTest {

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
    void aDatabaseWhoseEncodingCannotHoldAllTextIsRefused() throws Exception {
        sql("CREATE DATABASE latin_@ ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        PGSimpleDataSource source = source();
        source.setDatabaseName("latin_" + schema);

        assertThatThrownBy(() -> JdbcTrackingStore.over(source).migrate())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("LATIN1")
                .hasMessageContaining("ENCODING 'UTF8'");
    }

    @Test
    void aRoleThatMayNotUseTheSchemaIsToldSo() throws Exception {
        sql("CREATE ROLE role_@; CREATE SCHEMA @");

        assertThatThrownBy(() -> as("role_" + schema).migrate())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("GRANT USAGE ON SCHEMA");
    }

    @Test
    void aRoleThatOnlyReadsAndWritesValidatesAndWorks() throws Exception {
        store.migrate();
        sql("CREATE ROLE role_@; GRANT USAGE ON SCHEMA @ TO role_@;"
                + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA @ TO role_@");
        JdbcTrackingStore restricted = as("role_" + schema);

        assertThatThrownBy(() -> restricted.migrate(SchemaMode.VALIDATE))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("USAGE ON SEQUENCE");

        sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA @ TO role_@");
        assertThat(restricted.migrate(SchemaMode.VALIDATE)).isZero();
        assertThat(restricted.migrate()).as("nothing is left to run").isZero();
        new EveryStatement(restricted, 1).run();
    }

    @Test
    void aReadOnlyRoleIsAPermanentFailureThatSaysSo() throws Exception {
        PGSimpleDataSource source = source();
        source.setOptions("-c default_transaction_read_only=on");

        assertThatThrownBy(() -> JdbcTrackingStore.over(source).schema(schema).migrate())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void aReadOnlyRoleIsToldWhenAWriteIsTried() {
        JdbcTrackingStore.over(source()).schema(schema).migrate();
        PGSimpleDataSource source = source();
        source.setOptions("-c default_transaction_read_only=on");

        assertThatThrownBy(() ->
                        JdbcTrackingStore.over(source).schema(schema).audit().tryAppend())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void aDriverThatDescribesEachScriptBeforeItRunsIsRefused() throws Exception {
        PGSimpleDataSource source = source();
        source.setPrepareThreshold(-1);

        assertThatThrownBy(() -> JdbcTrackingStore.over(source).schema(schema).migrate())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("prepareThreshold");
    }

    @Test
    void whatTheScriptsMakeIsWhatIsThere() throws Exception {
        store.migrate();

        try (Connection connection = Postgres.source().getConnection()) {
            Set<String> there = SchemaObjects.in(connection, schema);
            there.removeIf(name -> name.contains("schema_history"));
            there.removeIf(name -> name.matches("sequence .*_id_seq"));
            assertThat(SchemaObjects.after(Migration.SCRIPTS).keySet()).containsExactlyInAnyOrderElementsOf(there);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DROP INDEX @.update_open_plugin, index update_open_plugin (V001__first.sql)",
        "DROP INDEX @.operation_open_key, index operation_open_key",
        "ALTER TABLE @.install DROP CONSTRAINT install_destination, index install_destination",
        "ALTER TABLE @.update_entry DROP CONSTRAINT update_status, constraint update_entry.update_status",
        "ALTER TABLE @.upstream DROP COLUMN suspended CASCADE, column upstream.suspended (V002__policies.sql)",
        "DROP FUNCTION @.later(bigint), function later"
    })
    void whatSomebodyHasDroppedIsNoticed(String drop, String named) throws Exception {
        store.migrate();
        sql(drop);

        assertThatThrownBy(() -> store.migrate(SchemaMode.VALIDATE))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining(named);
        assertThatThrownBy(store::migrate).hasMessageContaining(named);
    }

    @Test
    void aToolOfTheHostsMayRunTheScripts() throws Exception {
        for (Script script : Migration.SCRIPTS.subList(0, 2)) {
            runByHand(script);
        }
        assertThatThrownBy(() -> store.migrate(SchemaMode.VALIDATE))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("V003__containers.sql");
        for (Script script : Migration.SCRIPTS.subList(2, Migration.SCRIPTS.size())) {
            runByHand(script);
        }

        assertThat(store.migrate(SchemaMode.VALIDATE)).isZero();

        new EveryStatement(store, 1).run();
        assertThatThrownBy(store::migrate)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("call migrate(SchemaMode.VALIDATE)");
    }

    /** As Flyway and Liquibase do: the text of the class path, with the schema as the search path. */
    private void runByHand(Script script) throws Exception {
        try (InputStream in = JdbcTrackingStore.class.getResourceAsStream("/holdfast/postgresql/" + script.name())) {
            sql("CREATE SCHEMA IF NOT EXISTS @; SET search_path = @;"
                    + new String(in.readAllBytes(), StandardCharsets.UTF_8));
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
}
