package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.DriftKind;
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
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;

/** The store under test, and the few values its cases are written with. */
abstract class TrackingStoreContractFixture {

    static final InstallKey GREETER = InstallKey.of("ws-1", "greeter");
    static final TargetAddress PLACE = TargetAddress.parse("dir:///srv/ws-1/plugins");
    static final Revision A = revision('a');
    static final Revision B = revision('b');
    static final Revision C = revision('c');
    static final TrackedRef MAIN = TrackedRef.ref("main");
    static final TrackedRef STABLE = TrackedRef.ref("stable");
    static final Upstream UPSTREAM = upstream("acme/greeter");
    static final Duration LEASE = Duration.ofMinutes(5);
    static final Duration HOUR = Duration.ofHours(1);

    final MutableClock clock = MutableClock.create();

    @SuppressWarnings("NullAway.Init") // set before each case
    TrackingStore store;

    private long random;

    /** Returns an empty store that measures time by {@code clock}. It is asked for once for each case. */
    protected abstract TrackingStore store(Clock clock);

    @BeforeEach
    final void makeTheStore() {
        store = store(clock);
    }

    static Revision revision(char digit) {
        return Revision.of(String.valueOf(digit).repeat(40));
    }

    static Upstream upstream(String repository) {
        return new Upstream("github", "https://github.com/" + repository, "github.com");
    }

    static Origin origin(TrackedRef track) {
        return origin(UPSTREAM, track);
    }

    static Origin origin(Upstream upstream, TrackedRef track) {
        return new Origin(Source.parse("github://acme/greeter#tag:v1"), track, upstream);
    }

    static TargetAddress placeOf(InstallKey key) {
        return TargetAddress.parse("dir:///srv/" + key.workspace() + "/plugins");
    }

    Goal goal(Origin origin, Revision revision) {
        return new Goal(origin, Stamp.of(clock.instant(), ++random), revision, Optional.of("v1.0.0"));
    }

    NewOperation wanted(Kind kind, InstallKey key, Revision revision) {
        return new NewOperation(
                kind,
                key,
                placeOf(key),
                Optional.of(goal(origin(MAIN), revision)),
                store.installs().find(key).map(Install::revision),
                OptionalLong.empty(),
                "alice",
                "node-1",
                LEASE,
                0);
    }

    NewOperation applying(Update update, InstallKey key) {
        NewOperation plain = wanted(Kind.UPGRADE, key, update.to());
        return new NewOperation(
                plain.kind(),
                plain.key(),
                plain.address(),
                plain.goal(),
                plain.from(),
                OptionalLong.of(update.id()),
                plain.actor(),
                plain.owner(),
                plain.lease(),
                0);
    }

    static NewOperation at(NewOperation wanted, TargetAddress address) {
        return new NewOperation(
                wanted.kind(),
                wanted.key(),
                address,
                wanted.goal(),
                wanted.from(),
                wanted.update(),
                wanted.actor(),
                wanted.owner(),
                wanted.lease(),
                wanted.epochAbove());
    }

    Operation opened(NewOperation wanted) {
        Opening opening = store.journal().open(wanted);
        assertThat(opening).isInstanceOf(Opening.Opened.class);
        return ((Opening.Opened) opening).operation();
    }

    Install install(Operation operation, Origin origin, Revision revision) {
        Release release = new Release(
                Stamp.of(clock.instant(), ++random),
                revision,
                Optional.empty(),
                new TreeDigest("sha256:" + "0".repeat(64)));
        return Install.delivered(operation.key(), operation.address(), origin, release);
    }

    /** Installs, records and closes, and returns what the store then knows. */
    Install installed(InstallKey key, Origin origin, Revision revision) {
        Operation operation = opened(wanted(Kind.INSTALL, key, revision));
        assertThat(store.journal().record(operation, install(operation, origin, revision)))
                .isTrue();
        assertThat(store.journal().close(operation, Closing.succeeded(""))).isTrue();
        return store.installs().find(key).orElseThrow();
    }

    void uninstalled(InstallKey key) {
        NewOperation plain = wanted(Kind.UNINSTALL, key, A);
        Operation operation = opened(new NewOperation(
                plain.kind(),
                plain.key(),
                plain.address(),
                Optional.empty(),
                plain.from(),
                plain.update(),
                plain.actor(),
                plain.owner(),
                LEASE,
                0));
        assertThat(store.journal().recordRemoved(operation)).isTrue();
        assertThat(store.journal().close(operation, Closing.succeeded(""))).isTrue();
    }

    /** Claims the upstream and records that {@code ref} stands at {@code revision}. */
    SweepOutcome swept(TrackedRef ref, Revision revision) {
        return store.sweeps()
                .record(claimed(), List.of(finding(ref, revision)), HOUR)
                .orElseThrow();
    }

    SweepClaim claimed() {
        return store.sweeps().claim("node-1", UPSTREAM, LEASE).orElseThrow();
    }

    static Finding finding(TrackedRef ref, Revision revision) {
        return new Finding(ref, revision, Optional.of("v2.0.0"), DriftKind.UPSTREAM_MOVED, true);
    }

    /** Installs the greeter at A and queues its update to B. */
    Update pending() {
        installed(GREETER, origin(MAIN), A);
        return swept(MAIN, B).queued().get(0);
    }

    Update failed() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));
        store.journal().close(operation, Closing.failed("it does not start"));
        return update(update);
    }

    Update update(Update before) {
        return store.updates().find(before.id()).orElseThrow();
    }

    UpdateStatus status(Update before) {
        return update(before).status();
    }

    /** Returns what the audit says was done, newest first. */
    List<String> audited() {
        return store.audit().list(Page.Request.first(500)).items().stream()
                .map(AuditEntry::action)
                .toList();
    }

    /** Calls {@code work} on as many threads as given, all at once, and returns what each answered. */
    static <T> List<T> together(int threads, Callable<T> work) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> future : running) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            pool.shutdownNow();
        }
    }
}
