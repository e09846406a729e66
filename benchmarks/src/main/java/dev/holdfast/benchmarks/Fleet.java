package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * One node applies the updates of many workspaces to one revision: git over HTTP, durable directories, PostgreSQL that
 * forces what it commits. Beside it a plain copy into each, and an earlier build where its classes are given.
 */
final class Fleet {

    private static final int FILES = 20;
    private static final int FILE_BYTES = 4096;
    private static final int AT_ONCE = 8;
    private static final String NOW = "Holdfast";
    private static final String EARLIER = "Holdfast, earlier build";
    private static final String COPY = "`cp -a` and `sync` of each file, eight at a time";

    private final int rounds;
    private final int workspaces;
    private int number;

    /** @param large whether there are 1,000 workspaces; else 100 */
    Fleet(int rounds, boolean large) {
        this.rounds = rounds;
        this.workspaces = large ? 1000 : 100;
    }

    void measure(Report report) throws IOException {
        Optional<String> earlier = Optional.ofNullable(System.getenv("HOLDFAST_EARLIER"));
        report.note(workspaces + " updates of one revision into " + workspaces
                + " directories in one call of `applyAll`: "
                + FILES + " files of " + FILE_BYTES + " bytes, git over HTTP (nginx, loopback), durable directories, a"
                + " PostgreSQL that forces each commit to the disk. Each build is a JVM with a heap of 512 MiB, a database"
                + " and directories of its own.\n");
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"));
                EmbeddedPostgreSql database = EmbeddedPostgreSql.keepIn(scratch.path("database"))) {
            GitRepository repository = server.repository("acme/plugin");
            Tree tree = Tree.make(repository.work(), FILES, FILE_BYTES);
            repository.commitAll();
            String source = "git+" + server.base() + "/acme/plugin.git#ref:main";
            try (NodeProcess now = node("", database, source, scratch.path("now"))) {
                Rounds ways = new Rounds(rounds)
                        .between(() -> Command.run(Path.of("/"), "sync"))
                        .way(NOW, () -> {
                            moved(repository, tree);
                            return now.round()[0];
                        })
                        .way(COPY, () -> copied(scratch, tree));
                if (earlier.isPresent()) {
                    try (EmbeddedPostgreSql other = EmbeddedPostgreSql.keepIn(scratch.path("earlier-database"));
                            NodeProcess before = node(earlier.get(), other, source, scratch.path("earlier"))) {
                        told(
                                report,
                                ways.way(EARLIER, () -> {
                                            moved(repository, tree);
                                            return before.round()[0];
                                        })
                                        .measure());
                    }
                } else {
                    told(report, ways.measure());
                }
            }
        }
    }

    private NodeProcess node(String classes, EmbeddedPostgreSql database, String source, Path place)
            throws IOException {
        return new NodeProcess(
                classes, 512, FleetNode.class, database.url(), source, place.toString(), Integer.toString(workspaces));
    }

    private void told(Report report, Timings timings) {
        report.timings(workspaces + " updates of one revision", timings);
        report.ratio("fleet-holdfast/cp-and-sync", timings.ratio(NOW, COPY));
        if (timings.byName().containsKey(EARLIER)) {
            report.ratioAtLeast("fleet-earlier/holdfast", timings.ratio(EARLIER, NOW), 4);
        }
    }

    private void moved(GitRepository repository, Tree tree) throws IOException {
        Files.writeString(tree.directory().resolve(tree.files().get(0)), "change " + ++number);
        repository.commitAll();
    }

    private long copied(Scratch scratch, Tree tree) throws Exception {
        Path to = scratch.path("copies");
        Files.createDirectories(to);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            return Rounds.time(() -> {
                for (Future<?> one : IntStream.range(0, workspaces)
                        .<Future<?>>mapToObj(i -> threads.submit(() -> Command.run(
                                scratch.directory(),
                                "sh",
                                "-c",
                                "cp -a \"$1\" \"$2\" && find \"$2\" -print0 | xargs -0 sync",
                                "sh",
                                tree.directory().resolve("d000").toString(),
                                to.resolve("c" + i).toString())))
                        .toList()) {
                    one.get();
                }
            });
        } finally {
            threads.shutdownNow();
            Scratch.remove(to);
        }
    }
}
