package dev.holdfast.contracts.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.InstallRequest;
import dev.holdfast.RecoveryReport;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoint;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that wait for a place which somebody else holds. */
@Timeout(60)
class WaitingCallersTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path root;

    private final MutableClock clock = MutableClock.create();
    private final TrackingStore store = InMemoryTrackingStore.create(clock);
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final Places places = new Places();
    private final List<Holdfast> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        places.hanging.countDown();
        nodes.forEach(Holdfast::close);
    }

    /** Notes what is opened; what is dead never answers, and a place may hang for who opens it later. */
    private static final class Places implements DeliveryTarget {

        private final DeliveryTarget real = DirectoryTarget.create().durable(false);
        private final List<String> opened = new CopyOnWriteArrayList<>();
        private final CountDownLatch hanging = new CountDownLatch(1);
        private volatile int answering = Integer.MAX_VALUE;

        @Override
        public boolean serves(TargetAddress address) {
            return true;
        }

        @Override
        public TargetSession open(TargetAddress address, Deadline deadline) {
            opened.add(address.toString());
            if (opened.size() > answering) {
                awaitRelease();
            }
            return real.open(address, deadline);
        }

        private void awaitRelease() {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new TransientException(Reason.TIMEOUT, "the place hung until the caller left", e);
            }
        }
    }

    @Test
    void aCallerRecoversNobodyButTheHolderItWaitsFor() {
        release("v1.0.0");
        deadOperations(3);
        held(MINUTE.multipliedBy(60));

        assertThatThrownBy(() -> node(Duration.ofMillis(300)).install(request("tag:v1.0.0")))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));

        assertThat(places.opened).noneMatch(address -> address.contains("dead"));
    }

    @Test
    void whoAppliesAnUpdateThatAnotherAppliesRecoversNobodyElse() {
        Holdfast holdfast = node(Duration.ofMillis(300));
        Update update = queued(holdfast);
        heldFor(update);
        deadOperations(3);

        ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");

        assertThat(result).isInstanceOf(ApplyResult.InProgress.class);
        assertThat(places.opened).noneMatch(address -> address.contains("dead"));
    }

    @Test
    void aHolderWhoseLeaseHasRunOutIsRecovered() throws IOException {
        release("v1.0.0");
        held(MINUTE);
        clock.advance(MINUTE.multipliedBy(2));

        node(MINUTE).install(request("tag:v1.0.0"));

        assertThat(Files.readString(root.resolve("ws-1/greeter/SKILL.md"))).isEqualTo("v1.0.0");
    }

    @Test
    void aCallEndsAtItsDeadlineAlthoughThePlaceOfTheHolderHangs() {
        release("v1.0.0");
        held(MINUTE);
        clock.advance(MINUTE.multipliedBy(2));
        places.answering = 1;

        assertThatThrownBy(() -> node(Duration.ofMillis(300)).install(request("tag:v1.0.0")))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));

        assertThat(places.hanging.getCount()).as("nothing let the place go").isOne();
    }

    @Test
    void whoWaitsAsksTheStoreLessAndLess() {
        release("v1.0.0");
        held(MINUTE.multipliedBy(60));
        Failpoints calls = Failpoints.recording();

        assertThatThrownBy(
                        () -> node(calls.around(store), Duration.ofSeconds(1)).install(request("tag:v1.0.0")))
                .isInstanceOf(TransientException.class);

        assertThat(calls.passed())
                .extracting(Failpoint::name)
                .filteredOn(name -> name.startsWith("before journal.open"))
                .hasSizeBetween(2, 7);
    }

    @Test
    void anOperationThatJumpsItsEpochTakesNobodyElsesWithIt() throws IOException {
        release("v1.0.0");
        deadOperations(25);
        Files.createDirectories(root.resolve("ws-1/.fence/greeter"));
        Files.createFile(root.resolve("ws-1/.fence/greeter/1000"));
        Holdfast holdfast = node(MINUTE);

        holdfast.install(request("tag:v1.0.0"));

        assertThat(Files.readString(root.resolve("ws-1/greeter/SKILL.md"))).isEqualTo("v1.0.0");
        assertThat(holdfast.recover().items()).hasSize(25);
    }

    @Test
    void aReloadThatTakesLongerThanTheLeaseIsNotDoneTwice() {
        release("v1.0.0");
        Duration lease = Duration.ofSeconds(3);
        Duration most = lease.multipliedBy(9).dividedBy(10);
        AtomicInteger reloads = new AtomicInteger();
        List<RecoveryReport.Item> recovered = new ArrayList<>();
        Holdfast other = node(MINUTE);
        Holdfast holdfast = keep(builder(store, MINUTE)
                .timings(Timings.standard().lease(lease).recover(lease))
                .reloader((workspace, change, deadline) -> {
                    reloads.incrementAndGet();
                    clock.advance(most);
                    Eventually.isTrue("the lease is extended", () -> leaseEndsAfter(lease));
                    clock.advance(most);
                    recovered.addAll(other.recover().items());
                })
                .build());

        Reload reload = holdfast.install(request("tag:v1.0.0")).reload();

        assertThat(reload).isInstanceOf(Reload.Taken.class);
        assertThat(reloads).hasValue(1);
        assertThat(recovered).isEmpty();
    }

    private boolean leaseEndsAfter(Duration lease) {
        return !nodes.get(0)
                .operations(new InstallKey(WORKSPACE, GREETER))
                .findFirst()
                .orElseThrow()
                .claim()
                .until()
                .isBefore(clock.instant().plus(lease));
    }

    private void release(String tag) {
        sources.tag("greeter", tag, sources.commit("greeter", Map.of("SKILL.md", tag)));
    }

    private Update queued(Holdfast holdfast) {
        release("v1.0.0");
        holdfast.install(request("tag:v1.0.0"));
        release("v1.1.0");
        clock.advance(Duration.ofHours(2));
        holdfast.sweeper().sweep();
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    private void deadOperations(int count) {
        for (int i = 0; i < count; i++) {
            open(NewOperation.of(
                            Kind.UNINSTALL,
                            InstallKey.of("dead-" + i, "greeter"),
                            TargetAddress.parse("dir://" + root.resolve("dead-" + i)),
                            "tester")
                    .heldBy("gone", Duration.ofMillis(1)));
        }
        clock.advance(Duration.ofSeconds(1));
    }

    private void held(Duration lease) {
        open(NewOperation.of(Kind.UNINSTALL, new InstallKey(WORKSPACE, GREETER), address(), "tester")
                .heldBy("other", lease));
    }

    private void heldFor(Update update) {
        var install = nodes.get(0).find(new InstallKey(WORKSPACE, GREETER)).orElseThrow();
        open(NewOperation.of(Kind.UPGRADE, install.key(), install.address(), "tester")
                .goal(new Operation.Goal(
                        install.origin(), dev.holdfast.spi.Stamp.of(clock.instant(), 5), update.to(), update.version()))
                .applying(update.id())
                .heldBy("other", MINUTE.multipliedBy(60)));
    }

    private void open(NewOperation wanted) {
        assertThat(store.journal().open(wanted)).isInstanceOf(Opening.Opened.class);
    }

    private Holdfast node(Duration operation) {
        return node(store, operation);
    }

    private Holdfast node(TrackingStore over, Duration operation) {
        return keep(builder(over, operation).build());
    }

    private HoldfastBuilder builder(TrackingStore over, Duration operation) {
        return Holdfast.builder()
                .clock(clock)
                .store(over)
                .resolver(sources)
                .target(places)
                .timings(Timings.standard().operation(operation));
    }

    private Holdfast keep(Holdfast node) {
        nodes.add(node);
        return node;
    }

    private InstallRequest request(String ref) {
        return InstallRequest.of(WORKSPACE, Source.parse("scripted://greeter#" + ref), address())
                .track(TrackedRef.latestTag());
    }

    private TargetAddress address() {
        return TargetAddress.parse("dir://" + root.resolve("ws-1"));
    }
}
