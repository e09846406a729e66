package dev.holdfast.contracts.history;

import dev.holdfast.Automation;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One rollout through a fleet, on nodes of which some die at a call and are started again. */
final class FleetWorld implements AutoCloseable {

    private static final int NODES = 5;
    private static final int CALLS = 10;
    private static final int MOST_ROUNDS = 500;
    private static final RolloutPlan PLAN =
            RolloutPlan.parse("ring 5% soak PT10M; ring 25% soak PT10M; ring rest; halt 20% of 5; at-once 20");

    /** A busy machine takes its time; what is not well is never well, so nothing is lost by looking briefly. */
    private static final Probation PATIENT = new Probation(1, Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static final Probation BRIEF = new Probation(1, Duration.ofMillis(20), Duration.ofMillis(20));

    private final MutableClock clock;
    private final TrackingStore store;
    private final Path root;
    private final Random random;
    private final long seed;
    private final int workspaces;
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final DeliveryTarget target = DirectoryTarget.create().durable(false);
    private final Set<WorkspaceId> ran = ConcurrentHashMap.newKeySet();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private Holdfast observer;
    private Revision released = Revision.of("0".repeat(40));
    private boolean good = true;

    FleetWorld(MutableClock clock, TrackingStore store, Path root, long seed, int workspaces) {
        this.clock = clock;
        this.store = store;
        this.root = root;
        this.seed = seed;
        this.random = new Random(seed);
        this.workspaces = workspaces;
        this.observer = node("observer", store, sources, target);
        sources.tag("greeter", "v1.0.0", sources.commit("greeter", Map.of("SKILL.md", "first")));
        observer.rollouts().setPlan("careful", PLAN, "tester");
        for (int i = 0; i < workspaces; i++) {
            observer.install(request(WorkspaceId.of("ws-" + i))
                    .track(TrackedRef.latestTag())
                    .policy(UpdatePolicy.auto(Level.ANY).plan("careful")));
        }
    }

    private InstallRequest request(WorkspaceId workspace) {
        return InstallRequest.of(
                workspace,
                Source.parse("scripted://greeter#tag:latest"),
                TargetAddress.parse("dir://" + root.resolve(workspace.value())));
    }

    private Holdfast node(String name, TrackingStore over, SourceResolver resolver, DeliveryTarget place) {
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(over)
                .resolver(resolver)
                .target(place)
                .healthProbe(this::looked, good ? PATIENT : BRIEF)
                .reloader(this::reloaded)
                .automation(Automation.standard().mostPerPass(7))
                .timings(Timings.standard().operation(Duration.ofSeconds(60)).lease(Duration.ofMinutes(5)))
                .build();
    }

    private void reloaded(WorkspaceId workspace, Change change, Deadline deadline) {
        if (change.to().filter(released::equals).isPresent()) {
            ran.add(workspace);
        }
    }

    private Health looked(WorkspaceId workspace, Change change, Deadline deadline) {
        return good ? Health.healthy() : Health.unhealthy("crash loop");
    }

    /** Releases what is good or not, and lets the sweep find it. */
    void release(boolean isGood) {
        good = isGood;
        observer.close();
        observer = node("observer", store, sources, target);
        released = sources.commit("greeter", Map.of("SKILL.md", "second"));
        sources.tag("greeter", "v1.1.0", released);
        clock.advance(Duration.ofMinutes(61));
        observer.sweeper().sweep();
    }

    /** Lets all nodes work, some of them to their death, until the rollout is over; returns how it ended. */
    State rolledOut() throws Exception {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            round();
            List<Rollout> all =
                    observer.rollouts().list(Which.ALL, Page.Request.first(10)).items();
            if (!all.isEmpty()) {
                Rollout now = observer.rollouts().find(all.get(0).id()).orElseThrow();
                if (!now.progress().state().isOpen()) {
                    settle();
                    return now.progress().state();
                }
            }
        }
        throw new AssertionError("the rollout did not end; " + told());
    }

    /** Time enough for everything that anybody could still want to begin. */
    void daysPass() throws Exception {
        for (int day = 0; day < 3; day++) {
            clock.advance(Duration.ofDays(1));
            observer.sweeper().sweep();
            round();
        }
        settle();
    }

    private void settle() {
        clock.advance(Duration.ofHours(1));
        observer.recover();
    }

    private void round() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(NODES);
        try {
            List<Callable<Void>> passes = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                int last = 1 + random.nextInt(CALLS * workspaces);
                String name = "node-" + i;
                passes.add(() -> {
                    pass(name, last);
                    return null;
                });
            }
            for (Future<Void> ended : threads.invokeAll(passes)) {
                ended.get();
            }
        } finally {
            threads.shutdownNow();
        }
        clock.advance(Duration.ofMinutes(6));
        observer.recover();
    }

    /** One pass of a node that dies at that call, if it comes as far. */
    private void pass(String name, int last) {
        Failpoints points = Failpoints.at(point -> point.number() == last, () -> {
            throw new Died();
        });
        try (Holdfast mortal =
                node(name, points.around(store), points.around((SourceResolver) sources), points.around(target))) {
            mortal.updates().applyDue();
        } catch (HoldfastException e) {
            log.add(name + ": " + e.reason());
        } catch (Died end) {
            log.add(name + " died at call " + last);
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof Died)) {
                throw new AssertionError("an engine that is not dead broke down", e);
            }
            log.add(name + " died at call " + last);
        }
    }

    /** The end of a node: nothing in the engine catches it. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the node died, as the history wants it");
        }
    }

    /** Returns the workspaces that were reloaded with the release. */
    Set<WorkspaceId> ran() {
        return Set.copyOf(ran);
    }

    /** Returns in how many workspaces it is live now. */
    long live() {
        return installs().filter(install -> install.revision().equals(released)).count();
    }

    private Stream<Install> installs() {
        return Page.stream(observer::installs);
    }

    /** Returns the installs that more than one operation brought to the release, for no reason of health. */
    Set<InstallKey> appliedTwice() {
        Map<InstallKey, Long> applied = installs()
                .flatMap(install -> observer.operations(install.key()))
                .filter(operation -> operation.outcome().equals(java.util.Optional.of(Outcome.SUCCEEDED)))
                .filter(operation -> operation
                        .goal()
                        .filter(goal -> goal.revision().equals(released))
                        .isPresent())
                .collect(Collectors.groupingBy(Operation::key, Collectors.counting()));
        return applied.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Returns whether somebody who comes later is told why he does not get it. */
    boolean isLateInstallRefused() {
        try {
            observer.install(request(WorkspaceId.of("late")));
            return false;
        } catch (PermanentException e) {
            return e.reason() == Reason.QUARANTINED
                    && String.valueOf(e.getMessage()).contains("halted");
        }
    }

    /** Returns what happened, for messages. */
    String told() {
        Map<UpdateStatus, Long> updates = Page.stream(page -> observer.updates()
                        .list(new UpdateQuery(Set.of(), java.util.Optional.empty(), java.util.Optional.empty()), page))
                .collect(Collectors.groupingBy(Update::status, Collectors.counting()));
        Function<Rollout, String> shown = rollout -> rollout + " " + rollout.progress() + " " + rollout.rings();
        return "-Dholdfast.seed=" + seed + "; " + updates + "; "
                + observer.rollouts().list(Which.ALL, Page.Request.first(3)).items().stream()
                        .map(shown)
                        .toList()
                + "; " + log;
    }

    @Override
    public void close() {
        observer.close();
    }
}
