package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.SweepReport;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One upstream that very many installs follow moves: the sweep in a JVM of its own, whose heap is small. */
final class StoreFollowers {

    private static final int FOLLOWERS = 500_000;
    private static final int HEAP_MIB = 128;
    private static final String SCHEMA = "followers";

    private StoreFollowers() {}

    static void measure(Report report, String url) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreFollowers.class.getName(),
                        url,
                        Integer.toString(FOLLOWERS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line;
        try (var output = process.inputReader()) {
            line = output.readLine();
        }
        int status = process.waitFor();
        if (status != 0 || line == null) {
            throw new IllegalStateException("the sweep ended with " + status + " and said " + line);
        }
        String[] figures = line.split(" ", -1);
        report.note(String.format(
                Locale.ROOT,
                """
                ## One upstream that %,d installs follow moves

                One node with a heap of %d MiB asks it once, and every install gets an update.

                | queued | seconds | writing transactions | most heap used, MiB |
                |---:|---:|---:|---:|
                | %s | %.1f | %s | %s |
                """,
                FOLLOWERS,
                HEAP_MIB,
                figures[0],
                Long.parseLong(figures[1]) / 1000.0,
                figures[2],
                figures[3]));
        report.count("store-followers-queued", Long.parseLong(figures[0]));
        report.count("store-followers-transactions", Long.parseLong(figures[2]));
        report.count("store-followers-heap-mib", Long.parseLong(figures[3]));
    }

    /**
     * The arguments: url, and how many follow. Prints {@code queued milliseconds transactions heap}, the heap in MiB.
     */
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            System.out.println(swept(connection, Integer.parseInt(arguments[1])));
        }
    }

    private static String swept(Connection connection, int followers) throws SQLException {
        CountingDatabase database = new CountingDatabase(connection);
        JdbcTrackingStore store = JdbcTrackingStore.over(database.source()).schema(SCHEMA);
        store.migrate();
        ScriptedResolver upstreams = ScriptedResolver.forScheme("scripted");
        upstreams.tag("greeter", "v1.0.0", upstreams.commit("greeter", Map.of("SKILL.md", "one")));
        try (Scratch scratch = Scratch.make();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(upstreams)
                        .target(DirectoryTarget.create())
                        .store(store)
                        .build()) {
            Source greeter = Source.parse("scripted://greeter#tag:v1.0.0");
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of("ws-0"), greeter, TargetAddress.parse("dir://" + scratch.path("ws-0")))
                    .track(TrackedRef.latestTag()));
            multiply(connection, followers - 1);
            upstreams.tag("greeter", "v1.1.0", upstreams.commit("greeter", Map.of("SKILL.md", "two")));

            long before = transactions(connection);
            long began = System.nanoTime();
            SweepReport report = holdfast.sweeper().check(greeter).orElseThrow();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            long written = transactions(connection) - before - 1;

            return report.queued() + " " + millis + " " + written + " " + heap();
        }
    }

    /** Returns the number of the next writing transaction, and is one itself. */
    private static long transactions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void multiply(Connection connection, int more) throws SQLException {
        String columns = "plugin, source, track, follows, upstream_id, stamp, revision, version, digest, installed_at,"
                + " updated_at, policy";
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO followers.install (workspace, address, " + columns + ") SELECT 'ws-' || n,"
                    + " 'dir:///srv/ws-' || n, " + columns + " FROM followers.install, generate_series(1, " + more
                    + ") n");
            statement.execute("VACUUM (ANALYZE)");
        }
    }

    private static long heap() {
        long bytes = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        return bytes >> 20;
    }
}
