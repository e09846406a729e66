package dev.holdfast.benchmarks;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.spi.Revision;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;

/**
 * How soon a host has its first answer after {@code build()}, and what it holds in memory while nothing is to be done,
 * where 100,000 installs are recorded.
 */
final class Starts {

    private static final int UPSTREAMS = 5_000;
    private static final int INSTALLS = 100_000;
    private static final int HEAP_MIB = 64;

    private final int rounds;

    Starts(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws Exception {
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"));
                EmbeddedPostgreSql database = EmbeddedPostgreSql.start()) {
            GitRepository repository = server.repository("acme/r0");
            Tree.make(repository.work(), 10, 1024);
            Revision newest = repository.commitAll();
            JdbcTrackingStore.over(database.dataSource()).migrate();
            new StoreLoad(database.dataSource()).run(UPSTREAMS, INSTALLS);
            execute(database, "UPDATE holdfast.upstream SET due_at = now() + interval '1 day'");
            String base = server.base() + "/acme/r";
            String cache = scratch.path("cache").toString();
            node(database, base, cache, newest.value()).close();
            long[] starts = new long[rounds];
            long heap = 0;
            for (int i = 0; i < rounds; i++) {
                execute(database, "UPDATE holdfast.upstream SET due_at = now() WHERE scheme <> 'scripted'");
                try (NodeProcess node = node(database, base, cache, "-")) {
                    long[] round = node.round();
                    if (round[1] != 1) {
                        throw new IllegalStateException(round[1] + " upstreams answered, not the one that is due");
                    }
                    starts[i] = round[0] + round[3];
                    heap = i == rounds - 1 ? node.round("idle")[0] : heap;
                }
            }
            Arrays.sort(starts);
            report.note(String.format(
                    Locale.ROOT,
                    "A JVM with a heap of %d MiB, whose pool is connected; %,d installs of %,d upstreams in PostgreSQL, one of which is"
                            + " due: a repository of a real server. Median of %d starts, each in a JVM of its own.",
                    HEAP_MIB,
                    INSTALLS,
                    UPSTREAMS,
                    rounds));
            report.count("start-millis-from-build-to-the-first-sweeps-answer", starts[rounds / 2] / 1_000_000);
            report.count("start-heap-kib-after-all-loops-have-run", heap);
        }
    }

    private static NodeProcess node(EmbeddedPostgreSql database, String base, String cache, String newest)
            throws IOException {
        return new NodeProcess("", HEAP_MIB, SweepNode.class, database.url(), base, cache, "1", newest);
    }

    private static void execute(EmbeddedPostgreSql database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
