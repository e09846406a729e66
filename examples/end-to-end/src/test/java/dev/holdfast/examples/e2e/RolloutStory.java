package dev.holdfast.examples.e2e;

import dev.holdfast.Holdfast;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.Page;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One rollout of {@link RolloutKillIT}, seen by the process that starts the nodes again and again, and counts. */
final class RolloutStory implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int NODES = 5;
    private static final int CALLS = 1_500;
    /** What fails comes to its end after ten updates, on all nodes together. */
    private static final int FEW_CALLS = 150;

    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private final Random random;
    private final RolloutPlace place;
    private final Process[] nodes = new Process[NODES];
    private final JdbcTrackingStore store;
    private final Holdfast observer;
    private int lives;
    private int kills;

    RolloutStory(Path directory, long seed, int workspaces, boolean good) {
        this.random = new Random(seed);
        String schema = "rollout_" + NEXT.incrementAndGet();
        EndToEndDatabase.store(schema, Clock.systemUTC());
        this.place = new RolloutPlace(
                EndToEndDatabase.url(), schema, directory, Clock.systemUTC().instant(), good);
        this.store = place.store();
        installEverywhere(workspaces);
        this.observer = place.node("observer", store, RolloutPlace.upstream(true), Failpoints.recording());
        observer.sweeper().sweep();
    }

    private void installEverywhere(int workspaces) {
        try (Holdfast before = place.node("before", store, RolloutPlace.upstream(false), Failpoints.recording())) {
            before.rollouts().setPlan("careful", RolloutPlan.parse(RolloutPlace.PLAN), "tester");
            for (int i = 0; i < workspaces; i++) {
                before.install(place.request("ws-" + i)
                        .track(TrackedRef.latestTag())
                        .policy(UpdatePolicy.auto(Level.ANY).plan("careful")));
            }
        }
    }

    /** Lets the nodes work, and die, until the rollout is over. */
    Rollout rolledOut() throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            startThoseThatDied();
            List<Rollout> all =
                    observer.rollouts().list(Which.ALL, Page.Request.first(1)).items();
            if (!all.isEmpty()) {
                Rollout now = observer.rollouts().find(all.get(0).id()).orElseThrow();
                if (!now.progress().state().isOpen()) {
                    end();
                    return now;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        throw new AssertionError("the rollout did not end; " + told());
    }

    private void startThoseThatDied() throws IOException {
        for (int i = 0; i < NODES; i++) {
            if (nodes[i] == null || !nodes[i].isAlive()) {
                kills += nodes[i] != null && nodes[i].exitValue() == KillVictim.KILLED ? 1 : 0;
                nodes[i] = node(place, i, 1 + random.nextInt(place.good() ? CALLS : FEW_CALLS));
            }
        }
    }

    private Process node(RolloutPlace at, int number, int last) throws IOException {
        List<String> arguments = new ArrayList<>(at.arguments());
        arguments.add("node-" + number);
        arguments.add(Integer.toString(last));
        lives++;
        return ChildJvm.start(
                RolloutNode.class, ChildJvm.NO_SERVERS, at.directory().resolve("life-" + lives + ".output"), arguments);
    }

    /** A day later all nodes live, and may take whatever they still want to. */
    void aDayPasses() throws Exception {
        Files.deleteIfExists(place.directory().resolve("over"));
        RolloutPlace later = place.later(Duration.ofDays(1));
        for (int i = 0; i < NODES; i++) {
            Files.deleteIfExists(passes(i));
            nodes[i] = node(later, i, 0);
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < NODES; i++) {
            while (!Files.exists(passes(i)) || Files.readAllLines(passes(i)).size() < 2) {
                if (System.nanoTime() > until || !nodes[i].isAlive()) {
                    throw new AssertionError("node-" + i + " does not come to its second pass; " + told());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        end();
    }

    private Path passes(int node) {
        return place.directory().resolve("node-" + node + ".passes");
    }

    private void end() throws Exception {
        place.append("over", "now");
        for (Process node : nodes) {
            if (!node.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a node does not end; " + told());
            }
        }
        RolloutPlace later = place.later(Duration.ofHours(2));
        try (JdbcTrackingStore then = later.store();
                Holdfast settling = later.node("settling", then, RolloutPlace.upstream(true), Failpoints.recording())) {
            settling.recover();
        }
    }

    /** Returns the workspaces that were reloaded with the release. */
    Set<String> ran() throws IOException {
        Path ran = place.directory().resolve("ran");
        return Files.exists(ran) ? new TreeSet<>(Files.readAllLines(ran)) : Set.of();
    }

    /** Returns in how many workspaces the release is recorded and stands. */
    long live() {
        return installs()
                .filter(install -> install.revision().equals(RolloutPlace.released()))
                .filter(install -> observer.verify(install.key()) instanceof dev.holdfast.release.Verification.Intact)
                .count();
    }

    /** Returns the installs that more than one operation brought to the release. */
    Set<String> appliedTwice() {
        return installs()
                .filter(install -> observer.operations(install.key())
                                .filter(RolloutStory::released)
                                .count()
                        > 1)
                .map(install -> install.key().toString())
                .collect(Collectors.toSet());
    }

    private static boolean released(Operation operation) {
        return operation.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                && operation
                        .goal()
                        .filter(goal -> goal.revision().equals(RolloutPlace.released()))
                        .isPresent();
    }

    private Stream<Install> installs() {
        return Page.stream(observer::installs);
    }

    /** Somebody comes later. */
    void installLate() {
        observer.install(place.request("late"));
    }

    int kills() {
        return kills;
    }

    String told() {
        return lives + " lives, " + kills + " killed; "
                + observer.rollouts().list(Which.ALL, Page.Request.first(3)).items().stream()
                        .map(rollout -> rollout + " " + rollout.progress() + " " + rollout.rings())
                        .toList();
    }

    @Override
    public void close() {
        for (Process node : nodes) {
            if (node != null) {
                node.destroyForcibly();
            }
        }
        observer.close();
        store.close();
    }
}
