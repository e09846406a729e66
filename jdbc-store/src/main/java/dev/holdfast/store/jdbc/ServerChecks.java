package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether a database, and what the role was granted there, will do. */
final class ServerChecks {

    private static final int OLDEST_SERVER = 150_000;

    private static final String GRANTS = """
            SELECT CASE
              WHEN c.relkind = 'S' THEN CASE WHEN NOT has_sequence_privilege(c.oid, 'USAGE')
                THEN 'USAGE ON SEQUENCE ' || c.relname END
              WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT ON ' || c.relname
              WHEN c.relname = 'schema_history' THEN NULL
              WHEN NOT has_table_privilege(c.oid, 'INSERT') THEN 'INSERT ON ' || c.relname
              WHEN NOT has_table_privilege(c.oid, 'UPDATE') THEN 'UPDATE ON ' || c.relname
              WHEN NOT has_table_privilege(c.oid, 'DELETE') THEN 'DELETE ON ' || c.relname END AS missing
            FROM pg_class c WHERE c.relnamespace = ?::regnamespace AND c.relkind IN ('r', 'S')
              AND (c.relname = ANY (?))
            UNION ALL
            SELECT 'EXECUTE ON FUNCTION ' || p.oid::regprocedure FROM pg_proc p
            WHERE p.pronamespace = ?::regnamespace AND p.proname = ANY (?) AND NOT has_function_privilege(p.oid, 'EXECUTE')
            """;

    private ServerChecks() {}

    /**
     * Refuses a server that is too old, an encoding that cannot hold every text, and a driver's setting that breaks
     * scripts.
     */
    static void check(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
                                + " current_database()");
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the server does not say which it is");
            }
            if (row.getInt(1) < OLDEST_SERVER) {
                throw refused(
                        "the database is PostgreSQL " + row.getInt(1) / 10_000 + ", and 15 is the oldest that will do");
            }
            if (!row.getString(2).equals("UTF8")) {
                throw refused("database '" + row.getString(3) + "' has the encoding " + row.getString(2)
                        + ", which cannot hold every name and message; create one with ENCODING 'UTF8'");
            }
        }
        if (String.valueOf(connection.getMetaData().getURL()).matches(".*[?&]prepareThreshold=-.*")) {
            throw refused("prepareThreshold is below zero, with which the driver cannot run the scripts;"
                    + " take it out of the JDBC URL, or set it to 0");
        }
    }

    /** Refuses a schema that is not there, or that the role may not use. */
    static void checkSchema(Connection connection, String schema) throws SQLException {
        String may = has(connection, schema, "USAGE");
        if (may.equals("absent")) {
            throw refused("schema '" + schema + "' has no tables: run migrate(), or the scripts under"
                    + " holdfast/postgresql/ with a tool of your own");
        }
        if (may.equals("no")) {
            throw refused(
                    "the role may not use schema '" + schema + "'; GRANT USAGE ON SCHEMA \"" + schema + "\" TO it");
        }
    }

    /** Refuses a role that may make nothing in the schema. */
    static void checkMayCreate(Connection connection, String schema) throws SQLException {
        if (!has(connection, schema, "CREATE").equals("yes")) {
            throw refused("scripts have to be run, and the role may make nothing in schema '" + schema
                    + "'; GRANT CREATE ON SCHEMA \"" + schema
                    + "\" TO it, or run the scripts with a role that may and call migrate(SchemaMode.VALIDATE)");
        }
    }

    private static String has(Connection connection, String schema, String right) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT CASE WHEN has_schema_privilege(oid, ?) THEN 'yes' ELSE 'no' END FROM pg_namespace WHERE nspname = ?")) {
            statement.setString(1, right);
            statement.setString(2, schema);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "absent";
            }
        }
    }

    /** Refuses a role that may not read and write what the scripts make. */
    static void checkGrants(Connection connection, String schema, List<Script> scripts) throws SQLException {
        String[] names = SchemaObjects.after(scripts).keySet().stream()
                .filter(name -> name.matches("(table|sequence|function) .*"))
                .map(name -> name.substring(name.indexOf(' ') + 1))
                .toArray(String[]::new);
        List<String> missing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GRANTS)) {
            for (int i = 0; i < 2; i++) {
                statement.setString(2 * i + 1, '"' + schema + '"');
                statement.setArray(2 * i + 2, connection.createArrayOf("text", names));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(1) != null) {
                        missing.add(rows.getString(1));
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            throw refused("the role lacks rights in schema '" + schema + "': GRANT " + String.join(", ", missing)
                    + " and what docs/operations.md lists");
        }
    }

    private static PermanentException refused(String message) {
        return new PermanentException(Reason.STORE, message);
    }
}
