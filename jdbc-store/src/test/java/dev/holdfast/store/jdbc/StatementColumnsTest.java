package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * While an older node works, a newer one adds columns: what the older one's statements return must not change by that.
 */
final class StatementColumnsTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern ALL_COLUMNS =
            Pattern.compile("(SELECT|RETURNING)\\s+\\*|\\b[a-z_]+\\.\\*\\s*(,|FROM|\\)|\"|$)", Pattern.MULTILINE);

    @Test
    void everyStatementNamesItsColumns() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).hasSizeGreaterThan(10);

        for (Path file : files) {
            String statements = Files.readString(file).replaceAll("(?m)^import .*$", "");
            assertThat(ALL_COLUMNS.matcher(statements).results().map(found -> found.group()))
                    .as("columns that are not named in %s", file)
                    .isEmpty();
        }
    }

    @Test
    void aWarmNodeGoesOnWhileColumnsAreAddedAndTypesChange() throws Exception {
        String schema = Postgres.freshSchema();
        PGSimpleDataSource all = (PGSimpleDataSource) Postgres.source();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(all.getUrl());
        config.setUsername(all.getUser());
        config.setPassword(all.getPassword());
        config.addDataSourceProperty("prepareThreshold", "1");
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            JdbcTrackingStore store = JdbcTrackingStore.over(pool).schema(schema);
            store.migrate();
            new EveryStatement(store, 1).run();
            try (Connection connection = Postgres.source().getConnection();
                    Statement statement = connection.createStatement()) {
                for (String table : List.of(
                        "install",
                        "update_entry",
                        "upstream",
                        "operation",
                        "audit",
                        "audit_chain",
                        "audit_seal",
                        "place",
                        "container",
                        "label",
                        "quarantine",
                        "rollout_plan",
                        "rollout",
                        "rollout_member",
                        "observation",
                        "webhook",
                        "webhook_events")) {
                    statement.execute("ALTER TABLE " + schema + "." + table + " ADD COLUMN newer text");
                }
                statement.execute("ALTER TABLE " + schema + ".update_entry ALTER COLUMN version TYPE varchar(2000)");
            }

            new EveryStatement(store, 2).run();
        }
    }
}
