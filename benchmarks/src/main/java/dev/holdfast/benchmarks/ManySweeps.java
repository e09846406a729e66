package dev.holdfast.benchmarks;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Revision;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A sweep of 10,000 upstreams of one real server by a node in a small heap, its first one and the next, beside git
 * itself.
 */
final class ManySweeps {

    private static final int UPSTREAMS = 10_000;
    /** How many are asked by git; the rest is extrapolated. */
    private static final int SLICE = 500;

    private static final int AT_ONE_TIME = 8;
    private static final int HEAP_MIB = 64;

    void measure(Report report) throws Exception {
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"));
                EmbeddedPostgreSql database = EmbeddedPostgreSql.start()) {
            Revision newest = repositories(server);
            String base = server.base() + "/acme/r";
            String cache = scratch.path("cache").toString();
            List<String> table = new ArrayList<>();
            try (NodeProcess node = node(database, base, cache, newest.value())) {
                due(database);
                told(report, table, "sweep-10k-first", "first sweep", server, node);
                due(database);
                long nanos = told(report, table, "sweep-10k-again", "again", server, node);
                double listed = listed(base) / 1e9 * UPSTREAMS / SLICE;
                table.add(row("`git ls-remote` of each, eight at a time (from " + SLICE + ")", listed, "", "", ""));
                report.ratioAtMost("sweep-10k-holdfast/ls-remote", nanos / 1e9 / listed, 0.25);
            }
            due(database);
            try (NodeProcess node = node(database, base, cache, "-")) {
                told(report, table, "sweep-10k-restarted", "first sweep after a restart", server, node);
            }
            report.note(
                    "## " + UPSTREAMS + " upstreams of one server, each with one install\n\nOne node with a heap of "
                            + HEAP_MIB + " MiB, rows in PostgreSQL, default limits (16 at one time, 8 of one host).\n\n"
                            + "| | seconds | requests | connections | heap after, MiB |\n|---|---|---|---|---|\n"
                            + String.join("\n", table));
            report.count("sweep-10k-heap-limit-mib", HEAP_MIB);
        }
    }

    private static NodeProcess node(EmbeddedPostgreSql database, String base, String cache, String newest)
            throws IOException {
        return new NodeProcess(
                "", HEAP_MIB, SweepNode.class, database.url(), base, cache, Integer.toString(UPSTREAMS), newest);
    }

    /** One repository under ten thousand names. */
    private static Revision repositories(GitHttpServer server) throws IOException {
        GitRepository first = server.repository("acme/r0");
        Tree.make(first.work(), 10, 1024);
        Revision newest = first.commitAll();
        for (int i = 1; i < UPSTREAMS; i++) {
            Files.createSymbolicLink(
                    first.directory().resolveSibling("r" + i + ".git"),
                    first.directory().getFileName());
        }
        return newest;
    }

    private static void due(EmbeddedPostgreSql database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE holdfast.upstream SET due_at = now() - interval '1 second'");
        }
    }

    private static long told(
            Report report, List<String> table, String name, String what, GitHttpServer server, NodeProcess node)
            throws IOException {
        server.forgetRequests();
        long[] round = node.round();
        if (round[1] != UPSTREAMS) {
            throw new IllegalStateException(round[1] + " upstreams answered, not " + UPSTREAMS);
        }
        int requests = server.requests().size();
        report.count(name + "-requests", requests);
        report.count(name + "-connections", server.connections());
        table.add(row(
                what,
                round[0] / 1e9,
                Integer.toString(requests),
                Integer.toString(server.connections()),
                Long.toString(round[2] / 1024)));
        return round[0];
    }

    private static String row(String what, double seconds, String requests, String connections, String heap) {
        return String.format(Locale.ROOT, "| %s | %.1f | %s | %s | %s |", what, seconds, requests, connections, heap);
    }

    private static long listed(String base) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME);
        try {
            return Rounds.time(() -> {
                List<Future<String>> running = new ArrayList<>();
                for (int i = 0; i < SLICE; i++) {
                    String url = base + i + ".git";
                    running.add(threads.submit(
                            () -> Command.run(Path.of("/"), "git", "ls-remote", url, "refs/heads/main")));
                }
                for (Future<String> one : running) {
                    one.get();
                }
            });
        } finally {
            threads.shutdownNow();
        }
    }
}
