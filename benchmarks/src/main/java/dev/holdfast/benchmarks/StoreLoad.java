package dev.holdfast.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A store as large as a platform's: 1,000,000 installs over 50,000 upstreams, with the operations, the audit and some
 * of the updates that led there. Written by the server itself, for installing is another benchmark.
 */
final class StoreLoad {

    static final int UPSTREAMS = 50_000;
    static final int INSTALLS = 1_000_000;
    /** Of so many upstreams one has moved. */
    static final int ONE_MOVED_OF = 100;

    static final String INSTALLED = "a".repeat(40);
    static final String MOVED = "b".repeat(40);

    private static final String[] STATEMENTS = {
        """
        INSERT INTO holdfast.upstream (scheme, key, host, followed, due_at)
        SELECT 'scripted', 'scripted://r' || n, 'host-' || n %% 500, true, now() - interval '1 hour'
        FROM generate_series(1, %1$d) n
        """, """
        INSERT INTO holdfast.install (workspace, plugin, address, source, track, follows, upstream_id, stamp, revision,
          version, digest, installed_at, updated_at)
        SELECT 'ws-' || n, 'plugin', 'dir:///srv/ws-' || n, 'scripted://r' || n %% %1$d + 1 || '#tag:v1.0.0',
          (ARRAY['tag:latest', 'tag:latest', 'tag:latest', 'semver:^1.0', 'ref:main'])[n / %1$d %% 5 + 1],
          true, n %% %1$d + 1, '20261121T093015123Z-0k3f9x2ab1', '%3$s', 'v1.0.0', 'sha256:' || repeat('0', 64),
          now() - interval '1 day', now() - interval '1 day'
        FROM generate_series(1, %2$d) n
        """, """
        INSERT INTO holdfast.place (address, plugin, workspace, due_at)
        SELECT address, plugin, workspace, NULL FROM holdfast.install
        """, """
        INSERT INTO holdfast.operation (kind, workspace, plugin, address, goal_source, goal_track, goal_upstream,
          goal_stamp, goal_revision, actor, owner, lease_until, epoch, phase, outcome, note, opened_at, closed_at)
        SELECT 'INSTALL', workspace, plugin, address, source, track, ARRAY['scripted', 'scripted://r', 'host'], stamp,
          revision, 'loader', 'loader', installed_at, row_number() OVER (), 'RECORDED', 'SUCCEEDED', '', installed_at,
          installed_at
        FROM holdfast.install
        """, "UPDATE holdfast.epoch SET value = %2$d", """
        INSERT INTO holdfast.audit (at, actor, action, workspace, plugin, to_revision, outcome)
        SELECT installed_at, 'loader', 'install', workspace, plugin, revision, 'succeeded' FROM holdfast.install
        """, """
        INSERT INTO holdfast.update_entry (kind, workspace, plugin, from_revision, to_revision, version, why, status,
          attempts, actor, seen_at, created_at, changed_at)
        SELECT 'plugin', workspace, plugin, repeat('9', 40), revision, version, 'UPSTREAM_MOVED',
          CASE WHEN right(workspace, 2) = '00' THEN 'DISMISSED' ELSE 'APPLIED' END, 1, 'loader', installed_at, installed_at, installed_at
        FROM holdfast.install WHERE right(workspace, 1) = '0'
        """, """
        INSERT INTO holdfast.bad_revision (workspace, plugin, revision)
        SELECT workspace, plugin, repeat('9', 40) FROM holdfast.install WHERE right(workspace, 2) = '55'
        """, "VACUUM (ANALYZE)",
    };

    private final DataSource source;

    StoreLoad(DataSource source) {
        this.source = source;
    }

    void run() {
        run(UPSTREAMS, INSTALLS);
    }

    /** As {@link #run()}, of another size. */
    void run(int upstreams, int installs) {
        for (String statement : STATEMENTS) {
            execute(statement.formatted(upstreams, installs, INSTALLED));
        }
    }

    /** Queues an update for each of the first workspaces. */
    void queue(int updates) {
        execute("""
                INSERT INTO holdfast.update_entry (kind, workspace, plugin, from_revision, to_revision, version, why, status,
                  attempts, actor, seen_at, created_at, changed_at)
                SELECT 'plugin', 'ws-' || n, 'plugin', '%s', '%s', 'v1.1.0', 'UPSTREAM_MOVED', 'PENDING', 0, 'loader', now(), now(), now()
                FROM generate_series(1, %d) n
                """.formatted(INSTALLED, MOVED, updates));
        execute("VACUUM (ANALYZE)");
    }

    /** Makes every upstream due, as if an hour had passed, and forgets that any was asked. */
    void makeAllDue() {
        execute("UPDATE holdfast.upstream SET due_at = now() - interval '1 second', checked_at = NULL, token = 0,"
                + " lease_until = NULL");
        execute("VACUUM (ANALYZE) holdfast.upstream");
    }

    /**
     * Counts from now on how often the answer of each upstream is written, whoever writes it and whether they live or
     * not.
     */
    void countAnswers() {
        execute("CREATE TABLE answered (upstream bigint NOT NULL)");
        execute("""
                CREATE FUNCTION answer() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO public.answered VALUES (new.id); RETURN new; END $$
                """);
        execute("""
                CREATE TRIGGER answered AFTER UPDATE OF checked_at ON holdfast.upstream FOR EACH ROW
                WHEN (new.checked_at IS NOT NULL) EXECUTE FUNCTION answer()
                """);
    }

    /** Returns how many rows of a table were written since the server started. */
    long written(String table) {
        return number("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables"
                + " WHERE schemaname = 'holdfast' AND relname = '" + table + "'");
    }

    long number(String query) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
