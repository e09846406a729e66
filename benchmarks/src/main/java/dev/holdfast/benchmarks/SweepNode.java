package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.SweepReport;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
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
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A node of its own in a small heap that sweeps when it reads a line. Prints {@code ready}, then for each line
 * {@code nanoseconds upstreams-answered heap-KiB-after-a-collection nanoseconds-of-build}. At the line {@code idle} it
 * starts its loops, and prints the heap when each has run.
 */
final class SweepNode {

    private static final int WRITERS = 8;
    /** Longer than any loop waits before it begins. */
    private static final Duration IDLE = Duration.ofSeconds(75);

    private SweepNode() {}

    /**
     * The arguments: database, the repositories' address without their numbers, cache, how many, and their newest
     * commit or "-".
     */
    public static void main(String[] arguments) throws Exception {
        JGitResolver.isolateJvm();
        String base = arguments[1];
        try (JdbcTrackingStore store = JdbcTrackingStore.pooled(arguments[0], "postgres", "");
                JGitResolver git = JGitResolver.builder(Path.of(arguments[2]))
                        .allowHttp(URI.create(base).getAuthority())
                        .build()) {
            store.migrate();
            if (!arguments[4].equals("-")) {
                record(store, git, base, Integer.parseInt(arguments[3]), Revision.of(arguments[4]));
            }
            long before = System.nanoTime();
            try (Holdfast holdfast = Holdfast.builder()
                    .resolver(git)
                    .target(DirectoryTarget.create())
                    .store(store)
                    .build()) {
                long building = System.nanoTime() - before;
                System.out.println("ready");
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals("idle")) {
                        holdfast.start();
                        LockSupport.parkNanos(IDLE.toNanos());
                        System.out.println(heap());
                        continue;
                    }
                    long start = System.nanoTime();
                    SweepReport report = holdfast.sweeper().sweep();
                    long nanos = System.nanoTime() - start;
                    System.out.println(nanos + " " + report.resolved() + " " + heap() + " " + building);
                }
            }
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
    }

    /** Writes the installs into the journal as finished operations. */
    private static void record(JdbcTrackingStore store, JGitResolver git, String base, int count, Revision newest)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> running = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int first = writer;
            running.add(threads.submit(() -> IntStream.range(0, count)
                    .filter(i -> i % WRITERS == first)
                    .forEach(i -> record(store, git, base, newest, i))));
        }
        for (Future<?> one : running) {
            one.get();
        }
        threads.shutdown();
    }

    private static void record(JdbcTrackingStore store, JGitResolver git, String base, Revision newest, int number) {
        Source source = Source.parse("git+" + base + number + ".git#ref:main");
        InstallKey key = InstallKey.of("ws-" + number, "plugin");
        TargetAddress address = TargetAddress.parse("dir:///srv/ws-" + number);
        Origin origin = new Origin(source, source.ref(), git.upstream(source));
        Stamp stamp = Stamp.of(Instant.EPOCH, number);
        NewOperation wanted = NewOperation.of(Kind.INSTALL, key, address, "benchmark")
                .goal(new Goal(origin, stamp, newest, Optional.empty()))
                .heldBy("benchmark", Duration.ofMinutes(1));
        if (!(store.journal().open(wanted) instanceof Opening.Opened opened)) {
            throw new IllegalStateException(key + " is held");
        }
        Operation operation = opened.operation();
        Release release = new Release(stamp, newest, Optional.empty(), new TreeDigest("sha256:" + "0".repeat(64)));
        store.journal().record(operation, Install.delivered(key, address, origin, release));
        store.journal().close(operation, Closing.succeeded(""));
    }
}
