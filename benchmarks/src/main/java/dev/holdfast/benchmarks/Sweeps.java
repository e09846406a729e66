package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.SweepReport;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.jgit.JGitResolverBuilder;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A sweep of 1,000 installs over 50 repositories of a real git server, beside git itself. The installs are written into
 * the store's journal as finished operations, for delivering them is another benchmark.
 */
final class Sweeps {

    private static final int REPOSITORIES = 50;
    private static final int INSTALLS = 1000;
    private static final int TAGS = 10;
    private static final int AT_ONE_TIME = 8;
    /** How many sweeps come before the measured ones: a host runs for weeks, its code is compiled. */
    private static final int WARM_UP = 40;
    /** How many installs the slow way is measured on; the rest is extrapolated. */
    private static final int SLICE = 50;

    private static final String SWEEP = "Holdfast: one sweep, again";
    private static final String LISTED = "`git ls-remote` for each repository, eight at a time";
    private static final String SLOW = "a clone for each of 50 installs";

    private final int rounds;
    private int number;

    Sweeps(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws IOException {
        report.note("One sweep of " + INSTALLS + " installs over " + REPOSITORIES
                + " repositories of 1 MB and ten tags each; counted in the access log of the server (git http-backend behind"
                + " nginx, loopback). A pack would need a second POST to the same repository. The first sweep asks each"
                + " repository for its abilities, later ones (`again`) do not; those are measured, after " + WARM_UP
                + " that are not.");
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.start(scratch.path("server"))) {
            over(scratch, server, (clock, holdfast, rows) -> {
                counts(report, "sweep", server, () -> sweep(clock, holdfast));
                counts(report, "sweep-again", server, () -> sweep(clock, holdfast));
                timings(report, scratch, clock, holdfast, rows);
            });
        }
        try (Scratch scratch = Scratch.make();
                GitHttpServer server = GitHttpServer.startWithTls(scratch.path("server"))) {
            over(scratch, server, (clock, holdfast, rows) -> {
                counts(report, "sweep-tls", server, () -> sweep(clock, holdfast));
                counts(report, "sweep-tls-again", server, () -> sweep(clock, holdfast));
            });
        }
    }

    private interface Measured {
        void of(MutableClock clock, Holdfast holdfast, List<Row> rows);
    }

    private static void over(Scratch scratch, GitHttpServer server, Measured work) throws IOException {
        Revision newest = repositories(scratch, server);
        MutableClock clock = MutableClock.create();
        InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
        JGitResolverBuilder builder = JGitResolver.builder(scratch.path("cache"));
        boolean tls = server.base().getScheme().equals("https");
        try (JGitResolver git =
                        (tls ? builder.sslContext(server.sslContext()) : builder.allowHttp(server.host())).build();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(git)
                        .target(DirectoryTarget.create())
                        .store(store)
                        .build()) {
            List<Row> rows = rows(server, newest);
            rows.forEach(row -> record(store, git, clock, row));
            work.of(clock, holdfast, rows);
        }
    }

    /** One install: where from, and the ref that it follows as git knows it. */
    private record Row(int number, Source source, String url, String ref, Revision installed) {}

    /** Makes one repository of about 1 MB and ten tags, copies it, and returns what its newest tag names. */
    private static Revision repositories(Scratch scratch, GitHttpServer server) throws IOException {
        GitRepository first = server.repository("acme/r0");
        Tree.make(first.work(), 100, 10 * 1024);
        Revision newest = first.commitAll();
        for (int i = 0; i < TAGS; i++) {
            Tree.make(first.work().resolve("changed"), 1, 1000 + i);
            newest = first.commitAll();
            first.annotatedTag("v1." + i + ".0", newest);
        }
        first.git("repack", "-a", "-d", "-q");
        for (int i = 1; i < REPOSITORIES; i++) {
            Command.run(
                    scratch.directory(),
                    "cp",
                    "-a",
                    first.directory().toString(),
                    first.directory().resolveSibling("r" + i + ".git").toString());
        }
        return newest;
    }

    /** Of ten installs four follow the newest version, four one tag, one a branch, and one is pinned. */
    private static List<Row> rows(GitHttpServer server, Revision newest) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < INSTALLS; i++) {
            String url = server.base() + "/acme/r" + i % REPOSITORIES + ".git";
            String newestTag = "refs/tags/v1." + (TAGS - 1) + ".0";
            String tracked = List.of("tag:latest", "tag:v1.9.0", "ref:main", "sha:" + newest)
                    .get(List.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 3).get(i / REPOSITORIES % 10));
            String ref = tracked.startsWith("ref:") ? "refs/heads/main" : newestTag;
            rows.add(new Row(i, Source.parse("git+" + url + "#" + tracked), url, ref, newest));
        }
        return rows;
    }

    private static void record(InMemoryTrackingStore store, JGitResolver git, MutableClock clock, Row row) {
        InstallKey key = InstallKey.of("ws-" + row.number(), "plugin");
        TargetAddress address = TargetAddress.parse("dir:///srv/ws-" + row.number());
        TrackedRef track = row.source().ref();
        Origin origin = new Origin(row.source(), track, git.upstream(row.source()));
        Stamp stamp = Stamp.of(clock.instant(), row.number());
        NewOperation wanted = NewOperation.of(Kind.INSTALL, key, address, "benchmark")
                .goal(new Goal(origin, stamp, row.installed(), Optional.empty()))
                .heldBy("benchmark", Duration.ofMinutes(1));
        if (!(store.journal().open(wanted) instanceof Opening.Opened opened)) {
            throw new IllegalStateException(key + " is held");
        }
        Operation operation = opened.operation();
        Release release =
                new Release(stamp, row.installed(), Optional.empty(), new TreeDigest("sha256:" + "0".repeat(64)));
        store.journal().record(operation, Install.delivered(key, address, origin, release));
        store.journal().close(operation, Closing.succeeded(""));
    }

    /** From the server's own log: what one sweep asked, and by how many connections. */
    private static void counts(Report report, String name, GitHttpServer server, Runnable sweep) {
        server.forgetRequests();
        sweep.run();
        List<String> requests = server.requests();
        List<String> posts =
                requests.stream().filter(line -> line.startsWith("POST ")).toList();
        // A repository answers one POST with its refs; any further one would be answered with a pack.
        long asked = posts.stream().distinct().count();
        report.count(name + "-requests", requests.size());
        report.count(name + "-ls-refs-posts", asked);
        report.count(name + "-capability-gets", requests.size() - posts.size());
        report.count(name + "-packs", posts.size() - asked);
        report.count(name + "-connections", server.connections());
    }

    private void timings(Report report, Scratch scratch, MutableClock clock, Holdfast holdfast, List<Row> rows) {
        for (int i = 0; i < WARM_UP; i++) {
            sweep(clock, holdfast);
        }
        Timings fast = new Rounds(rounds)
                .way(SWEEP, () -> Rounds.time(() -> sweep(clock, holdfast)))
                .way(LISTED, () -> listed(scratch, rows))
                .measure();
        report.timings("1,000 installs, 50 repositories", fast);
        Timings slow = new Rounds(Math.min(rounds, 3))
                .way(SLOW, () -> fetched(scratch, rows.subList(0, SLICE)))
                .measure();
        report.timings("A clone for each install, measured on a slice of 50 installs", slow);
        report.note(
                "`git init`, `git fetch --depth 1`, `git rev-parse` and `rm -rf` for each install, one after another; all 1,000 are"
                        + " extrapolated by a factor of " + INSTALLS / SLICE + ".");
        double sweep = fast.median(SWEEP);
        double all = slow.median(SLOW) * INSTALLS / SLICE;
        report.ratioAtLeast("sweep-clone-each/holdfast", all / sweep, 300);
        report.ratioAtMost("sweep-holdfast/ls-remote", fast.ratio(SWEEP, LISTED), 0.5);
    }

    private static void sweep(MutableClock clock, Holdfast holdfast) {
        clock.advance(Duration.ofMinutes(61));
        SweepReport report = holdfast.sweeper().sweep();
        if (report.resolved() != REPOSITORIES || report.moved() != 0) {
            throw new IllegalStateException("not the sweep that was to be measured: " + report);
        }
    }

    private static long listed(Scratch scratch, List<Row> rows) throws Exception {
        List<String> urls = rows.stream().map(Row::url).distinct().toList();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME);
        try {
            return Rounds.time(() -> {
                List<Future<String>> running = new ArrayList<>();
                for (String url : urls) {
                    running.add(threads.submit(() -> Command.run(scratch.directory(), "git", "ls-remote", url)));
                }
                for (Future<String> one : running) {
                    one.get();
                }
            });
        } finally {
            threads.shutdownNow();
        }
    }

    private long fetched(Scratch scratch, List<Row> rows) throws Exception {
        Path parent = scratch.path("fetched-" + ++number);
        return Rounds.time(() -> {
            for (Row row : rows) {
                Path directory = parent.resolve("r" + row.number());
                Command.run(scratch.directory(), "git", "init", "-q", directory.toString());
                Command.run(directory, "git", "fetch", "-q", "--depth", "1", row.url(), row.ref());
                Command.run(directory, "git", "rev-parse", "FETCH_HEAD");
                Scratch.remove(directory);
            }
        });
    }
}
