package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many nodes at one rollout, and at one quarantine. */
final class RolloutRacesTest {

    private static final int NODES = 8;
    private static final Source SOURCE = Source.parse("scripted://greeter");

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);
    private final Steps steps = new Steps(store);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    RolloutRacesTest() {
        store.migrate();
    }

    private List<Update> pending(int installs) {
        for (int i = 0; i < installs; i++) {
            steps.install("ws-" + i, Steps.revision('a'));
        }
        return steps.sweep(Steps.revision('b')).queued();
    }

    private Rollout begin(String plan, Optional<TrackedRef> track) {
        Rollout.Goal goal = new Rollout.Goal(SOURCE, track, Steps.revision('b'), Optional.empty());
        return store.fleet()
                .rollouts()
                .begin(NewRollout.of(new NamedPlan("careful", RolloutPlan.parse(plan)), goal, "tester"));
    }

    private static NewOperation upgrade(InstallKey key) {
        Origin origin = new Origin(SOURCE, TrackedRef.latestTag(), Steps.UPSTREAM);
        return NewOperation.of(Kind.UPGRADE, key, TargetAddress.parse("dir:///srv/" + key.workspace()), "tester")
                .goal(new Goal(origin, Stamp.of(Instant.EPOCH, 2), Steps.revision('b'), Optional.empty()))
                .from(Steps.revision('a'))
                .heldBy("node", Steps.MINUTE);
    }

    private Opening open(Update update, long rollout) {
        return store.journal()
                .open(upgrade(((PluginSubject) update.subject()).key())
                        .applying(update.id())
                        .inRollout(rollout));
    }

    /** Goes on until everybody has begun, or the rollout lets nobody begin any more. */
    private void deliver(Rollout rollout, ConcurrentLinkedQueue<Update> waiting, Closing end) {
        for (Update next = waiting.poll(); next != null; next = waiting.poll()) {
            Opening opening = open(next, rollout.id());
            if (opening instanceof Opening.Opened opened) {
                begun.incrementAndGet();
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                underWay.decrementAndGet();
                store.journal().close(opened.operation(), end);
            } else if (opening instanceof Opening.Waits && isOpen(rollout)) {
                waiting.add(next);
            }
        }
    }

    private boolean isOpen(Rollout rollout) {
        return store.fleet()
                .rollouts()
                .look(rollout.id())
                .orElseThrow()
                .progress()
                .state()
                .isOpen();
    }

    private static void atOnce(Callable<?> work) throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(NODES);
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            runs.add(nodes.submit(work));
        }
        nodes.shutdown();
        for (Future<?> run : runs) {
            run.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void noNumberOfNodesBeginsMoreThanThePlanAllowsAtOnce() throws Exception {
        ConcurrentLinkedQueue<Update> waiting = new ConcurrentLinkedQueue<>(pending(24));
        Rollout rollout = begin("ring count 6; ring rest; at-once 2", Optional.empty());

        atOnce(() -> {
            deliver(rollout, waiting, Closing.succeeded(""));
            return true;
        });

        assertThat(most.get()).isBetween(1, 2);
        assertThat(store.fleet().rollouts().look(rollout.id()).orElseThrow())
                .satisfies(done -> assertThat(done.progress().state()).isEqualTo(Rollout.State.DONE))
                .satisfies(done -> assertThat(done.rings())
                        .extracting(Rollout.Counts::succeeded)
                        .containsExactly(6, 18));
    }

    @Test
    void noNodeBeginsAMemberAfterTheRolloutHasHalted() throws Exception {
        ConcurrentLinkedQueue<Update> waiting = new ConcurrentLinkedQueue<>(pending(24));
        Rollout rollout = begin("ring rest; at-once 4; halt 3", Optional.empty());

        atOnce(() -> {
            deliver(rollout, waiting, Closing.failed("broken").remembering(Steps.revision('b')));
            return true;
        });

        Rollout halted = store.fleet().rollouts().look(rollout.id()).orElseThrow();
        assertThat(halted.progress().state()).isEqualTo(Rollout.State.HALTED);
        assertThat(begun.get())
                .as("three that failed, and those under way then")
                .isBetween(3, 6);
        assertThat(halted.rings().get(0).failed()).isEqualTo(begun.get());
        assertThat(halted.rings().get(0).underWay()).isZero();
        assertThat(store.fleet().quarantines().active()).hasSize(1);
    }

    @Test
    void nodesThatBeginTheSameRolloutAtOnceBeginItOnce() throws Exception {
        pending(6);
        for (int i = 0; i < 6; i++) {
            store.installs()
                    .setPolicy(
                            Steps.greeterOf("ws-" + i),
                            UpdatePolicy.auto(UpdatePolicy.Level.ANY).plan("careful"),
                            "tester");
        }

        atOnce(() -> begin("ring rest", Optional.of(TrackedRef.latestTag())));

        assertThat(store.fleet()
                        .rollouts()
                        .list(Which.ALL, Page.Request.first(9))
                        .items())
                .singleElement()
                .satisfies(
                        rollout -> assertThat(rollout.rings().get(0).waiting()).isEqualTo(6));
    }

    @Test
    void anOperationThatWaitsForItsTurnWhileAQuarantineIsDeclaredIsRefused() throws Exception {
        steps.install("ws-1", Steps.revision('a'));
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT value FROM " + schema + ".epoch FOR UPDATE");
            CompletableFuture<Opening> opening =
                    CompletableFuture.supplyAsync(() -> store.journal().open(upgrade(Steps.greeterOf("ws-1"))));
            awaitALock(opening);
            statement.execute("INSERT INTO " + schema + ".quarantine (revision, scope, reason, actor, since) VALUES ('"
                    + Steps.revision('b').value() + "', 'fleet', 'broken', 'tester', now())");
            connection.commit();

            assertThat(opening.get(30, TimeUnit.SECONDS)).isInstanceOf(Opening.Quarantined.class);
        }

        assertThat(store.history()
                        .list(Steps.greeterOf("ws-1"), Page.Request.first(9))
                        .items())
                .extracting(Operation::kind)
                .containsExactly(Kind.INSTALL);
    }

    private void awaitALock(CompletableFuture<?> running) throws SQLException {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            while (!running.isDone()) {
                try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock' AND query LIKE '%" + schema + "%'")) {
                    if (row.next() && row.getInt(1) > 0) {
                        return;
                    }
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }
}
