package dev.holdfast.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerRuntime;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedRuntime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A look at 1,000 containers of a real engine with their rows in a real PostgreSQL, beside a look-up for each
 * container: one look-up and one upsert for each container. What changed since the last look is made by spoiling rows,
 * not containers.
 */
final class Looks {

    private static final int CONTAINERS = 1000;
    private static final int[] CHANGES = {0, 10, 1000};
    private static final int AT_ONE_TIME = 8;
    private static final String HOST = "bench";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String LOOK_UP = "SELECT * FROM holdfast.container WHERE host = ? AND container_id = ?";
    private static final String UPSERT = """
            INSERT INTO holdfast.container (host, workload, role, replica, kind, container_id, name, image, state, ports,
              stop_requested, version, seen_at, changed_at)
            VALUES (?, 'bench', 'main', ?, 'stack', ?, ?, ?, ?, '', false, nextval('holdfast.container_version'), now(), now())
            ON CONFLICT (host, workload, role, replica) DO UPDATE SET container_id = excluded.container_id,
              name = excluded.name, image = excluded.image, state = excluded.state, version = excluded.version,
              seen_at = excluded.seen_at, changed_at = excluded.changed_at
            """;

    private final int rounds;
    private final List<String> made = new ArrayList<>();

    Looks(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws Exception {
        try (CountingEngine engine = CountingEngine.make();
                DockerClient client = engine.client();
                EmbeddedPostgreSql server = EmbeddedPostgreSql.start();
                Connection connection = server.dataSource().getConnection()) {
            try {
                make(client);
                CountingDatabase database = new CountingDatabase(connection);
                JdbcTrackingStore store = JdbcTrackingStore.over(database.source());
                store.migrate();
                report.note(
                        "1,000 containers of the machine's engine (made, not started), rows in PostgreSQL over one connection"
                                + " that stays open. Changes are rows that were spoilt before the look. The other way makes the"
                                + " same list call, then for each container a look-up by id and an upsert, each its own statement."
                                + " Of Holdfast's three statements one reads, one writes all rows, and one asks for the number"
                                + " of the transaction.");
                DockerRuntime docker = DockerRuntime.over(client, HOST);
                measure(report, "the engine asked", new Side(docker, store, database), engine, "index");
                ScriptedRuntime scripted = ScriptedRuntime.on(HOST);
                docker.list(Deadline.after(PATIENCE)).forEach(scripted::put);
                measure(report, "the database alone", new Side(scripted, store, database), engine, "index-database");
            } finally {
                remove(client);
            }
        }
    }

    /** What both ways work on. */
    private record Side(ContainerRuntime runtime, JdbcTrackingStore store, CountingDatabase database) {}

    private void measure(Report report, String title, Side side, CountingEngine engine, String prefix) {
        try (ContainerReconciler reconciler = ContainerReconciler.builder()
                .runtime(side.runtime())
                .index(side.store().containers())
                .catalog(new Catalog())
                .build()) {
            reconciler.reconcile();
            for (int changes : CHANGES) {
                spoil(side.database(), changes);
                engine.calls();
                side.database().statements();
                look(reconciler, changes);
                report.count(prefix + "-engine-calls-" + changes, engine.calls());
                report.count(
                        prefix + "-sql-statements-" + changes, side.database().statements());
            }
            spoil(side.database(), 0);
            engine.calls();
            side.database().statements();
            rowByRow(side);
            report.count(prefix + "-row-by-row-engine-calls", engine.calls());
            report.count(prefix + "-row-by-row-sql-statements", side.database().statements());
            timings(report, title, side, reconciler, prefix);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void timings(Report report, String title, Side side, ContainerReconciler reconciler, String prefix) {
        Rounds all = new Rounds(rounds);
        for (int changes : CHANGES) {
            all.way(holdfast(changes), () -> {
                spoil(side.database(), changes);
                return Rounds.time(() -> look(reconciler, changes));
            });
            all.way(theirs(changes), () -> {
                spoil(side.database(), changes);
                return Rounds.time(() -> rowByRow(side));
            });
        }
        Timings timings = all.measure();
        report.timings("A look at 1,000 containers, " + title, timings);
        for (int changes : CHANGES) {
            report.ratio(prefix + "-row-by-row/holdfast-" + changes, timings.ratio(theirs(changes), holdfast(changes)));
        }
    }

    private static String holdfast(int changes) {
        return "Holdfast, " + changes + " changes";
    }

    private static String theirs(int changes) {
        return "row by row, " + changes + " changes";
    }

    private static void look(ContainerReconciler reconciler, int changes) {
        int written = reconciler.reconcile().written().size();
        if (written != changes) {
            throw new IllegalStateException("not the look that was to be measured: " + written + " rows written");
        }
    }

    /** Makes that many rows wrong, uncounted, and the table as it is after a vacuum. */
    private static void spoil(CountingDatabase database, int changes) throws SQLException {
        try (Statement statement = database.connection().createStatement()) {
            statement.execute("UPDATE holdfast.container SET image = 'spoilt' WHERE replica IN"
                    + " (SELECT replica FROM holdfast.container WHERE host = '" + HOST + "' ORDER BY replica LIMIT "
                    + changes
                    + ")");
            statement.execute("VACUUM ANALYZE holdfast.container");
        }
    }

    private static void rowByRow(Side side) throws SQLException {
        try (Connection connection = side.database().source().getConnection()) {
            for (ContainerSighting container : side.runtime().list(Deadline.after(PATIENCE))) {
                if (!container.labels().containsKey("dev.holdfast.workload")) {
                    continue;
                }
                try (PreparedStatement lookUp = connection.prepareStatement(LOOK_UP)) {
                    lookUp.setString(1, HOST);
                    lookUp.setString(2, container.id());
                    try (ResultSet row = lookUp.executeQuery()) {
                        if (!row.next()) {
                            throw new IllegalStateException("no row of " + container.id());
                        }
                    }
                }
                try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
                    upsert.setString(1, HOST);
                    upsert.setString(2, container.name());
                    upsert.setString(3, container.id());
                    upsert.setString(4, container.name());
                    upsert.setString(5, container.image());
                    upsert.setString(6, container.status().name());
                    upsert.executeUpdate();
                }
            }
        }
    }

    private record Catalog() implements WorkloadCatalog {

        @Override
        public List<Workload> workloads() {
            return List.of(Workload.of("bench", "stack"));
        }

        @Override
        public Set<String> hostOwnedKinds() {
            return Set.of();
        }
    }

    private void make(DockerClient client) throws Exception {
        String image = Busybox.image(client);
        String run = Long.toString(ProcessHandle.current().pid());
        eachOf(CONTAINERS, i -> {
            String id = client.createContainerCmd(image)
                    .withName("holdfast-bench-" + run + "-" + i)
                    .withLabels(Map.of("dev.holdfast.workload", "bench", "dev.holdfast.test", run))
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                    .exec()
                    .getId();
            synchronized (made) {
                made.add(id);
            }
        });
    }

    private void remove(DockerClient client) throws Exception {
        eachOf(made.size(), i -> Busybox.remove(client, made.get(i)));
    }

    /** What is done with each number. */
    private interface Step {

        void with(int number);
    }

    private static void eachOf(int count, Step step) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                running.add(threads.submit(() -> step.with(number)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
