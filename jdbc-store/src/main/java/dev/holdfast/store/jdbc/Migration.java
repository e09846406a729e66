package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * Runs the library's own scripts in its own schema: all of them in one transaction, under an advisory lock of that
 * transaction, so that any number of nodes may start at once.
 */
final class Migration {

    /** The scripts in order. Once released, a script never changes; a breaking one stops older versions. */
    static final List<Script> SCRIPTS = List.of(
            new Script(1, "V001__first.sql", true),
            new Script(2, "V002__policies.sql", true),
            new Script(3, "V003__containers.sql", false),
            new Script(4, "V004__images.sql", false),
            new Script(5, "V005__image_queue.sql", true),
            new Script(6, "V006__history.sql", false),
            new Script(9, "V009__tracked_ref.sql", false));

    private static final long LOCK = 0x486f6c6466617374L; // "Holdfast"
    private static final int OLDEST_SERVER = 150_000;
    static final String HISTORY = """
            CREATE TABLE IF NOT EXISTS schema_history (
              version    integer     PRIMARY KEY,
              script     text        NOT NULL,
              checksum   bigint      NOT NULL,
              breaking   boolean     NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now(),
              applied_by text        NOT NULL DEFAULT current_user)
            """;

    private final DataSource dataSource;
    private final String schema;

    Migration(DataSource dataSource, String schema) {
        this.dataSource = dataSource;
        this.schema = schema;
    }

    record Script(int version, String name, boolean breaking) {

        String sql() {
            try (InputStream in = Migration.class.getResourceAsStream("/holdfast/postgresql/" + name)) {
                if (in == null) {
                    throw new IllegalStateException("script " + name + " is not on the class path");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        long checksum() {
            CRC32 crc = new CRC32();
            crc.update(sql().getBytes(StandardCharsets.UTF_8));
            return crc.getValue();
        }
    }

    private record Applied(long checksum, boolean breaking) {}

    /** Returns how many scripts were run. */
    int run(SchemaMode mode) {
        if (mode == SchemaMode.OFF) {
            return 0;
        }
        try (Connection connection = dataSource.getConnection()) {
            boolean auto = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                int count = run(connection, mode);
                connection.commit();
                return count;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(auto);
            }
        } catch (SQLException e) {
            throw Database.failure("migrating schema '" + schema + "'", e);
        }
    }

    private int run(Connection connection, SchemaMode mode) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            checkServer(statement);
            if (mode == SchemaMode.MIGRATE) {
                statement.execute("SET LOCAL lock_timeout = '60s'");
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                makeSchema(connection);
                enter(statement);
                statement.execute(HISTORY);
            } else {
                checkPresent(connection);
                enter(statement);
            }
            Map<Integer, Applied> applied = applied(statement);
            check(applied, mode);
            List<Script> missing = SCRIPTS.stream()
                    .filter(script -> !applied.containsKey(script.version()))
                    .toList();
            for (Script script : missing) {
                statement.execute(script.sql());
                note(connection, script);
            }
            return missing.size();
        }
    }

    private void checkServer(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
            if (row.next() && row.getInt(1) < OLDEST_SERVER) {
                throw refused(
                        "the database is PostgreSQL " + row.getInt(1) / 10_000 + ", and 15 is the oldest that will do");
            }
        }
    }

    /** Looks first: a user who may not make schemas may still be given one, and IF NOT EXISTS asks for the right anyway. */
    private void makeSchema(Connection connection) throws SQLException {
        boolean there;
        try (PreparedStatement look = connection.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
            look.setString(1, schema);
            try (ResultSet row = look.executeQuery()) {
                there = row.next();
            }
        }
        if (!there) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA \"" + schema + '"');
            }
        }
    }

    private void enter(Statement statement) throws SQLException {
        statement.execute("SET LOCAL search_path = \"" + schema + '"');
    }

    private void checkPresent(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?)")) {
            statement.setString(1, '"' + schema + "\".schema_history");
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || row.getString(1) == null) {
                    throw refused("schema '" + schema + "' has no history: run migrate(), or the scripts under"
                            + " holdfast/postgresql/ with the history table that migrate() makes");
                }
            }
        }
    }

    private static Map<Integer, Applied> applied(Statement statement) throws SQLException {
        Map<Integer, Applied> applied = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT version, checksum, breaking FROM schema_history")) {
            while (rows.next()) {
                applied.put(rows.getInt(1), new Applied(rows.getLong(2), rows.getBoolean(3)));
            }
        }
        return applied;
    }

    private void check(Map<Integer, Applied> applied, SchemaMode mode) {
        int newest = SCRIPTS.get(SCRIPTS.size() - 1).version();
        applied.forEach((version, row) -> {
            if (row.breaking() && version > newest) {
                throw refused("schema '" + schema + "' is at version " + version + ", and this node knows only "
                        + newest + "; upgrade this node");
            }
        });
        for (Script script : SCRIPTS) {
            Applied row = applied.get(script.version());
            if (row != null && row.checksum() != script.checksum()) {
                throw refused(script.name() + " was changed after it was applied to schema '" + schema
                        + "'; restore the released script");
            }
            if (row == null && mode == SchemaMode.VALIDATE) {
                throw refused(
                        "schema '" + schema + "' is behind: " + script.name() + " has not been applied; apply it");
            }
        }
    }

    private static void note(Connection connection, Script script) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO schema_history (version, script, checksum, breaking) VALUES (?, ?, ?, ?)")) {
            statement.setInt(1, script.version());
            statement.setString(2, script.name());
            statement.setLong(3, script.checksum());
            statement.setBoolean(4, script.breaking());
            statement.executeUpdate();
        }
    }

    private static PermanentException refused(String message) {
        return new PermanentException(Reason.STORE, message);
    }
}
