package dev.holdfast.benchmarks;

import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How fast nodes claim upstreams and write answers where there are 1,000,000 installs over 50,000 upstreams in
 * PostgreSQL; whether any is done twice or lost, also when nodes die; and by which plans. The resolver is simulated.
 */
final class StoreScale {

    private static final int[] CLAIMERS = {1, 4, 8};
    private static final int HEAP_MIB = 64;
    private static final int LONG_LEASE_SECONDS = 300;
    private static final int SHORT_LEASE_SECONDS = 5;

    void measure(Report report) throws Exception {
        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.start()) {
            JdbcTrackingStore.over(server.dataSource()).migrate();
            StoreLoad load = new StoreLoad(server.dataSource());
            load.run();
            report.note(
                    "%,d installs over %,d upstreams in an embedded PostgreSQL; each node is a JVM with a heap of %d MiB."
                            .formatted(StoreLoad.INSTALLS, StoreLoad.UPSTREAMS, HEAP_MIB));
            rates(report, server, load);
            deaths(report, server, load);
            StoreIdle.measure(report, server.dataSource());
            StoreFollowers.measure(report, server.url());
            new StorePlans(server.dataSource(), server.url()).explain(report);
        }
    }

    private record Run(long claimed, long recorded, long millis, long heapFirst, long heapLast) {

        static Run of(String line) {
            String[] parts = line.split(" ", -1);
            return new Run(number(parts[0]), number(parts[1]), number(parts[2]), number(parts[3]), number(parts[4]));
        }

        private static long number(String text) {
            return Long.parseLong(text);
        }

        double perSecond() {
            return recorded * 1000.0 / millis;
        }
    }

    private static void rates(Report report, EmbeddedPostgreSql server, StoreLoad load) throws Exception {
        Map<Integer, Run> runs = new LinkedHashMap<>();
        long twice = 0;
        long lost = 0;
        // The first one queues what has moved; what is measured finds nothing new, as nearly every sweep does.
        new Node(server.url(), "warm", 8, LONG_LEASE_SECONDS, false).go().end();
        long queued = load.number("SELECT count(*) FROM holdfast.update_entry WHERE status = 'PENDING'");
        long installs = load.written("install");
        long updates = load.written("update_entry");
        for (int claimers : CLAIMERS) {
            load.makeAllDue();
            Run run = new Node(server.url(), "node", claimers, LONG_LEASE_SECONDS, false)
                    .go()
                    .end();
            runs.put(claimers, run);
            twice += run.claimed() - StoreLoad.UPSTREAMS;
            lost += load.number("SELECT count(*) FROM holdfast.upstream WHERE checked_at IS NULL");
        }
        StringBuilder table = new StringBuilder("""
                ## Claiming and recording all upstreams

                | claimers | seconds | upstreams a second | installs a second | heap before, KiB | after |
                |---|---|---|---|---|---|
                """);
        runs.forEach((claimers, run) -> table.append(String.format(
                Locale.ROOT,
                "| %d | %.1f | %.0f | %.0f | %d | %d |%n",
                claimers,
                run.millis() / 1000.0,
                run.perSecond(),
                run.perSecond() * StoreLoad.INSTALLS / StoreLoad.UPSTREAMS,
                run.heapFirst(),
                run.heapLast())));
        report.note(table.toString());
        report.count("store-upstreams", StoreLoad.UPSTREAMS);
        report.count("store-installs", StoreLoad.INSTALLS);
        report.count("store-updates-queued", queued);
        report.count("store-claimed-twice", twice);
        report.count("store-lost", lost);
        report.count("store-install-rows-written-by-sweeps", load.written("install") - installs);
        report.count("store-update-rows-written-by-sweeps", load.written("update_entry") - updates);
        report.count("store-heap-limit-mib", HEAP_MIB);
        Run alone = Optional.ofNullable(runs.get(1)).orElseThrow();
        runs.forEach((claimers, run) -> {
            if (claimers > 1) {
                report.ratio("store-rate-" + claimers + "-claimers/1", run.perSecond() / alone.perSecond());
            }
        });
    }

    /** Four nodes, of which two are killed in the middle; the others stay until the leases of the dead have run out. */
    private static void deaths(Report report, EmbeddedPostgreSql server, StoreLoad load) throws Exception {
        load.makeAllDue();
        load.countAnswers();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(new Node(server.url(), "node-" + i, 2, SHORT_LEASE_SECONDS, true));
        }
        nodes.forEach(Node::go);
        while (load.number("SELECT count(*) FROM answered") < StoreLoad.UPSTREAMS / 4) {
            nodes.get(0).awaitDeath(100);
        }
        nodes.get(0).kill();
        nodes.get(1).kill();
        long held = load.number("SELECT count(*) FROM holdfast.upstream WHERE lease_until > now() AND claimed_by IN"
                + " ('node-0', 'node-1')");
        long recorded = nodes.get(2).end().recorded() + nodes.get(3).end().recorded();
        report.note("Two of four nodes were killed with " + held + " claims in their hands; the other two answered "
                + recorded + ".");
        report.count("store-killed-nodes-held", held);
        report.count(
                "store-lost-when-nodes-die",
                StoreLoad.UPSTREAMS - load.number("SELECT count(DISTINCT upstream) FROM answered"));
        report.count(
                "store-recorded-twice-when-nodes-die",
                load.number("SELECT count(*) - count(DISTINCT upstream) FROM answered"));
    }

    /** A {@link StoreClaimer} in a process of its own. */
    private static final class Node {

        private final Process process;
        private final BufferedReader output;

        Node(String url, String name, int claimers, int leaseSeconds, boolean stays) throws IOException {
            process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xmx" + HEAP_MIB + "m",
                            "-XX:+UseSerialGC",
                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                            "-cp",
                            System.getProperty("java.class.path"),
                            StoreClaimer.class.getName(),
                            url,
                            name,
                            Integer.toString(claimers),
                            Integer.toString(leaseSeconds),
                            Boolean.toString(stays))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Waits until it is connected, and lets it begin. */
        Node go() {
            try {
                expect("ready", output.readLine());
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                return this;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        Run end() throws Exception {
            String line = output.readLine();
            expect("0", Integer.toString(process.waitFor()));
            return Run.of(line);
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        void awaitDeath(int millis) throws InterruptedException {
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("a node ended before it was killed");
            }
        }

        private static void expect(String expected, String found) {
            if (!expected.equals(found)) {
                throw new IllegalStateException("a node answered '" + found + "'");
            }
        }
    }
}
