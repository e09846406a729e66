package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Runs the library's own scripts in its own schema: all of them in one transaction, under an advisory lock of that
 * transaction, so that any number of nodes may start at once. Then, and when it only looks, it compares what is there
 * with what the scripts make.
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
            new Script(8, "V008__retention.sql", false),
            new Script(9, "V009__tracked_ref.sql", false),
            new Script(10, "V010__fleet.sql", true),
            new Script(11, "V011__trust.sql", true),
            new Script(12, "V012__audit_chain.sql", true),
            new Script(13, "V013__inspections.sql", true),
            new Script(14, "V014__image_rollout.sql", true),
            new Script(15, "V015__webhooks.sql", false),
            new Script(16, "V016__webhook_events.sql", false));

    private static final long LOCK = 0x486f6c6466617374L; // "Holdfast"
    private static final String TABLE = "schema_history";
    /** No such schema, no such table. */
    private static final Set<String> NOT_THERE = Set.of("3F000", "42P01");

    private static final int MOST_NAMED = 5;
    /** Longer than a pool waits for a statement: an index of a large table takes a while, and so does the lock. */
    private static final int LONGEST_SCRIPT_MILLIS = 600_000;

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

    private record Applied(long checksum, boolean breaking) {}

    /** Returns whether exactly our scripts have been run; a schema or table that is not there has seen none. */
    boolean isDone() {
        Set<Integer> known = SCRIPTS.stream().map(Script::version).collect(Collectors.toSet());
        Set<Integer> done = new HashSet<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version FROM \"" + schema + "\"." + TABLE)) {
            while (rows.next()) {
                done.add(rows.getInt(1));
            }
            return done.equals(known);
        } catch (SQLException e) {
            if (NOT_THERE.contains(String.valueOf(e.getSQLState()))) {
                return false;
            }
            throw Failure.of(e).exception("looking at schema '" + schema + "'");
        }
    }

    /** Returns how many scripts were run. */
    int run(SchemaMode mode) {
        if (mode == SchemaMode.OFF) {
            return 0;
        }
        try (Connection connection = dataSource.getConnection()) {
            Lent.checkIdle(connection);
            Pooler.Settings settings = new Pooler(Database.LONGEST_STATEMENT).adapt(connection);
            try {
                return run(connection, mode);
            } finally {
                settings.giveBack();
            }
        } catch (SQLException e) {
            throw Failure.of(e).exception("migrating schema '" + schema + "'");
        }
    }

    /** Clean-up never hides what it cleans up after. */
    private int run(Connection connection, SchemaMode mode) throws SQLException {
        boolean auto = connection.getAutoCommit();
        int limit = connection.getNetworkTimeout();
        try {
            if (limit > 0 && limit < LONGEST_SCRIPT_MILLIS) {
                connection.setNetworkTimeout(Runnable::run, LONGEST_SCRIPT_MILLIS);
            }
            connection.setAutoCommit(false);
            int count = inTransaction(connection, mode);
            connection.commit();
            connection.setAutoCommit(auto);
            if (limit > 0) {
                connection.setNetworkTimeout(Runnable::run, limit);
            }
            return count;
        } catch (SQLException | RuntimeException e) {
            Lent.rollBack(connection, auto, e);
            throw e;
        }
    }

    private int inTransaction(Connection connection, SchemaMode mode) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            ServerChecks.check(connection);
            boolean migrates = mode == SchemaMode.MIGRATE;
            if (migrates) {
                statement.execute("SET LOCAL lock_timeout = '60s'");
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                makeSchema(connection);
            }
            ServerChecks.checkSchema(connection, schema);
            statement.execute("SET LOCAL search_path = \"" + schema + '"');
            Set<String> there = SchemaObjects.in(connection, schema);
            boolean history = there.contains("table " + TABLE);
            Map<Integer, Applied> applied = history ? applied(statement) : Map.of();
            check(applied);
            int count = migrates ? migrate(connection, statement, there, applied) : 0;
            checkComplete(count > 0 ? SchemaObjects.in(connection, schema) : there);
            ServerChecks.checkGrants(connection, schema, SCRIPTS);
            return count;
        }
    }

    private int migrate(Connection connection, Statement statement, Set<String> there, Map<Integer, Applied> applied)
            throws SQLException {
        List<Script> missing = SCRIPTS.stream()
                .filter(script -> !applied.containsKey(script.version()))
                .toList();
        if (applied.isEmpty() && SchemaObjects.after(SCRIPTS).keySet().stream().anyMatch(there::contains)) {
            throw refused(
                    "schema '" + schema + "' has tables and no history: a tool of the host's has made them, or the"
                            + " schema is somebody else's; call migrate(SchemaMode.VALIDATE), or choose an empty schema");
        }
        if (!missing.isEmpty()) {
            ServerChecks.checkMayCreate(connection, schema);
            statement.execute(HISTORY);
        }
        for (Script script : missing) {
            statement.execute(script.sql());
            note(connection, script);
        }
        return missing.size();
    }

    /**
     * Looks first: a user who may not make schemas may still be given one, and IF NOT EXISTS asks for the right anyway.
     */
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

    private static Map<Integer, Applied> applied(Statement statement) throws SQLException {
        Map<Integer, Applied> applied = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT version, checksum, breaking FROM " + TABLE)) {
            while (rows.next()) {
                applied.put(rows.getInt(1), new Applied(rows.getLong(2), rows.getBoolean(3)));
            }
        }
        return applied;
    }

    private void check(Map<Integer, Applied> applied) {
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
        }
    }

    private void checkComplete(Set<String> there) {
        Map<String, Script> missing = new LinkedHashMap<>(SchemaObjects.after(SCRIPTS));
        int all = missing.size();
        missing.keySet().removeAll(there);
        if (missing.size() == all) {
            throw refused("schema '" + schema + "' has no tables: run migrate(), or the scripts under"
                    + " holdfast/postgresql/ with a tool of your own");
        }
        if (!missing.isEmpty()) {
            String named = missing.entrySet().stream()
                    .limit(MOST_NAMED)
                    .map(entry -> entry.getKey() + " (" + entry.getValue().name() + ")")
                    .collect(Collectors.joining(", "));
            throw refused(
                    "schema '" + schema + "' lacks " + missing.size() + " of what the scripts make: " + named
                            + "; apply the script if it was not applied, or else the statement of it that makes what is missing");
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
