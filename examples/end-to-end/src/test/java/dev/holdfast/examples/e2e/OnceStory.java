package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One round of {@link ExactlyOnceIT}, seen by the process that starts the others, fails them, and counts. */
final class OnceStory implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final PluginName GREETER = PluginName.of(OncePlace.PLUGIN);
    private static final List<Integer> KILLED = List.of(0, 1);
    private static final List<Integer> STOPPED = List.of(2, 3);

    private final String title;
    private final OncePlace place;
    private final List<Process> nodes = new ArrayList<>();
    private final JdbcTrackingStore store;
    private final Holdfast holdfast;
    private volatile boolean over;
    private int terminated;

    OnceStory(Path directory, String title) throws IOException {
        this.title = title;
        String schema = "once_" + NEXT.incrementAndGet();
        EndToEndDatabase.store(schema, Clock.systemUTC());
        this.place = new OncePlace(EndToEndDatabase.url(), schema, directory);
        // Not by the application name of the others, so that its connections are left alone.
        this.store =
                JdbcTrackingStore.pooled(EndToEndDatabase.url(), "postgres", "").schema(schema);
        ScriptedResolver upstream = OncePlace.upstream("v2.0.0");
        this.holdfast = place.node("observer", store, upstream, Failpoints.recording());
    }

    /** Runs it, with the points at which the first four nodes fail: two are killed there, two are stopped. */
    void run(List<String> points) throws Exception {
        queue();
        List<Path> targets =
                IntStream.range(0, OncePlace.ENTRIES).mapToObj(place::root).toList();
        try (SwapLog swaps = new SwapLog(targets)) {
            start(points);
            Thread terminator = new Thread(this::terminateConnections, "terminator");
            terminator.start();
            fail();
            for (int i = 0; i < nodes.size(); i++) {
                assertThat(nodes.get(i).waitFor(2, TimeUnit.MINUTES))
                        .as("node-" + i + " ends")
                        .isTrue();
            }
            over = true;
            terminator.join();
            settleAndCheck(swaps);
        }
    }

    private void queue() throws IOException {
        for (int i = 0; i < OncePlace.ENTRIES; i++) {
            Files.createDirectories(place.root(i));
            holdfast.install(InstallRequest.of(OncePlace.workspace(i), OncePlace.SOURCE, place.address(i))
                    .track(TrackedRef.latestTag()));
        }
        assertThat(holdfast.sweeper().sweep().queued()).isEqualTo(OncePlace.ENTRIES);
        Files.delete(place.directory().resolve("reloads"));
    }

    private void start(List<String> points) throws IOException {
        for (int i = 0; i < OncePlace.NODES; i++) {
            nodes.add(ChildJvm.start(
                    OnceNode.class,
                    ChildJvm.NO_SERVERS,
                    place.directory().resolve("node-" + i + ".output"),
                    List.of(
                            place.url(),
                            place.schema(),
                            place.directory().toString(),
                            Integer.toString(i),
                            i < points.size() ? points.get(i) : "nowhere")));
        }
        for (int i = 0; i < OncePlace.NODES; i++) {
            place.await("node-" + i + ".ready");
        }
    }

    /** The faulty ones begin and come to their points; the others begin; then two die, and two sleep past the lease. */
    private void fail() throws Exception {
        place.append("faulty", "go");
        for (int node : faulty()) {
            place.await("node-" + node + ".at");
        }
        for (int node : STOPPED) {
            signal("-STOP", node);
        }
        place.append("go", "go");
        for (int node : KILLED) {
            signal("-KILL", node);
        }
        LockSupport.parkNanos(OncePlace.LEASE.multipliedBy(2).toNanos());
        for (int node : STOPPED) {
            place.append("node-" + node + ".on", "go on");
            signal("-CONT", node);
        }
    }

    private static List<Integer> faulty() {
        return Stream.concat(KILLED.stream(), STOPPED.stream()).toList();
    }

    private void signal(String signal, int node) throws Exception {
        Process kill =
                new ProcessBuilder("kill", signal, Long.toString(nodes.get(node).pid())).start();
        assertThat(kill.waitFor()).as(signal + " node-" + node).isZero();
    }

    private void terminateConnections() {
        try (Connection connection = EndToEndDatabase.connection();
                Statement statement = connection.createStatement()) {
            while (!over) {
                long began = System.nanoTime();
                try (ResultSet row = statement.executeQuery("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'
                        ORDER BY random() LIMIT 1
                        """.formatted(place.application()))) {
                    terminated += row.next() && row.getBoolean(1) ? 1 : 0;
                }
                // As often as the machine can bear: a transaction is to come through between two.
                LockSupport.parkNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(20), 5 * (System.nanoTime() - began)));
            }
        } catch (SQLException e) {
            throw new AssertionError("connections could not be terminated", e);
        }
    }

    private void settleAndCheck(SwapLog swaps) throws IOException {
        holdfast.recover();
        List<Update> updates = holdfast.updates()
                .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(100))
                .items();
        List<String> log = new ArrayList<>(
                List.of("exactly once, " + title + ": " + OncePlace.NODES + " processes, " + KILLED.size() + " killed, "
                        + STOPPED.size() + " stopped past the lease, " + terminated + " connections terminated"));
        for (int i = 0; i < OncePlace.ENTRIES; i++) {
            log.add(line(i, swaps));
        }
        System.out.println(String.join(System.lineSeparator(), log));
        Files.write(Path.of("target", "exactly-once.log"), log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);

        assertThat(updates).hasSize(OncePlace.ENTRIES).allMatch(update -> update.status() == UpdateStatus.APPLIED);
        for (int i = 0; i < OncePlace.ENTRIES; i++) {
            check(i, swaps);
        }
        checkAnswers();
        assertThat(holdfast.sweeper().sweep().queued()).isZero();
        assertThat(terminated).as("connections terminated").isPositive();
    }

    /** One target: how often its live path changed, who tried, and what became of it. */
    private String line(int number, SwapLog swaps) {
        String attempts = upgrades(number).stream()
                .map(row -> "operation " + row.id() + " begun by " + row.actor() + ", ended by "
                        + row.claim().owner() + ": "
                        + row.outcome().map(Object::toString).orElse("open"))
                .collect(Collectors.joining("; "));
        return OncePlace.workspace(number) + " swaps="
                + swaps.of(OncePlace.workspace(number).value()).size() + " " + attempts;
    }

    private void check(int number, SwapLog swaps) throws IOException {
        String workspace = OncePlace.workspace(number).value();
        assertThat(swaps.of(workspace)).as("swaps of " + workspace).hasSize(1);
        assertThat(upgrades(number))
                .as("operations of " + workspace)
                .allSatisfy(row -> assertThat(row.outcome()).isPresent())
                .filteredOn(row -> row.outcome().equals(Optional.of(Outcome.SUCCEEDED)))
                .hasSize(1);
        Placement live = holdfast.placement(new InstallKey(OncePlace.workspace(number), GREETER));
        assertThat(live)
                .isInstanceOfSatisfying(
                        Placement.Live.class,
                        found -> assertThat(found.release())
                                .isEqualTo(holdfast.find(new InstallKey(OncePlace.workspace(number), GREETER))
                                        .orElseThrow()
                                        .release()));
        assertThat(place.root(number).resolve("greeter/VERSION")).hasContent("v2.0.0");
        List<String> reloads = Files.readAllLines(place.directory().resolve("reloads"));
        assertThat(reloads)
                .as("reloads")
                .filteredOn(line -> line.startsWith(workspace + " "))
                .isNotEmpty();
    }

    /** Newest last. */
    private List<Operation> upgrades(int number) {
        List<Operation> rows = new ArrayList<>(holdfast.operations(new InstallKey(OncePlace.workspace(number), GREETER))
                .toList());
        rows.removeIf(row -> row.kind() != Kind.UPGRADE);
        Collections.reverse(rows);
        return rows;
    }

    /** Every caller that lived was told that it is applied, unless it had hung up. */
    private void checkAnswers() throws IOException {
        for (int i = 0; i < OncePlace.NODES; i++) {
            String output = Files.readString(place.directory().resolve("node-" + i + ".output"));
            assertThat(nodes.get(i).exitValue()).as(output).isEqualTo(KILLED.contains(i) ? KillVictim.KILLED : 0);
            if (KILLED.contains(i)) {
                continue;
            }
            List<String> answers = Files.readAllLines(place.directory().resolve("node-" + i + ".answers"));
            assertThat(answers).as("answers of node-" + i).hasSize(2 * OncePlace.ENTRIES);
            assertThat(answers)
                    .as("answers of node-" + i)
                    .allMatch(answer -> answer.matches("\\d+ (Applied|AlreadyApplied|hung up)"));
            System.out.println("node-" + i + " "
                    + answers.stream()
                            .map(answer -> answer.replaceFirst("\\d+ ", ""))
                            .collect(Collectors.groupingBy(answer -> answer, TreeMap::new, Collectors.counting())));
        }
    }

    @Override
    public void close() {
        over = true;
        nodes.forEach(Process::destroyForcibly);
        holdfast.close();
        store.close();
    }
}
