package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerRuntime.Event;
import dev.holdfast.spi.container.ContainerRuntime.Subscription;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.ContainerSighting.Status;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ContainerRuntime} promises. Extend it and say how containers come and go on your engine; there is
 * nothing to opt out of. Other containers may come and go beside the contract's own.
 */
@Timeout(120)
public abstract class ContainerRuntimeContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** For subclasses. */
    protected ContainerRuntimeContract() {}

    /** Returns the runtime under test. */
    protected abstract ContainerRuntime runtime();

    /** Starts a container that runs until it is stopped, and returns the engine's id for it. */
    protected abstract String start(String name, Map<String, String> labels);

    /** Starts a container that was stopped. */
    protected abstract void startAgain(String containerId);

    /** Starts a container that ends by itself with this code, waits for that, and returns its id. */
    protected abstract String startAndEnd(String name, int exitCode);

    /** Asks the engine to kill a container by signal 9, and waits until it has ended. */
    protected abstract void kill(String containerId);

    /** Takes a container away that has ended. */
    protected abstract void remove(String containerId);

    /** Cuts all connections of the runtime under test, so that its subscriptions break. */
    protected abstract void cutConnections();

    private static String name() {
        return "holdfast-contract-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    }

    private Optional<ContainerSighting> sighting(String id) {
        return runtime().list(Deadline.after(PATIENCE)).stream()
                .filter(container -> container.id().equals(id))
                .findFirst();
    }

    /** Remembers what it is told. */
    private static final class Ear implements ContainerRuntime.Watcher {

        private final List<Event> events = new CopyOnWriteArrayList<>();
        private final List<HoldfastException> broken = new CopyOnWriteArrayList<>();

        @Override
        public void changed(Event event) {
            events.add(event);
        }

        @Override
        public void broken(HoldfastException why) {
            broken.add(why);
        }

        boolean heard(String id, Event.Kind kind) {
            return events.contains(new Event(id, kind));
        }
    }

    private Subscription subscribed(Ear ear) {
        return runtime().subscribe(ear, Deadline.after(PATIENCE));
    }

    @Test
    void theMachineHasANameThatRowsCanCarry() {
        String host = runtime().host();

        assertThat(new ContainerKey(host, WorkloadId.of("any"), "any", "1").host())
                .isEqualTo(runtime().host());
    }

    @Test
    void aRunningContainerIsListedWithItsNameImageAndLabels() {
        String name = name();
        String id = start(name, Map.of("dev.holdfast.workload", "shop", "empty", "", "line", "a\nb"));

        ContainerSighting found = sighting(id).orElseThrow();

        assertThat(found.name()).isEqualTo(name);
        assertThat(found.image()).isNotBlank();
        assertThat(found.labels())
                .containsEntry("dev.holdfast.workload", "shop")
                .containsEntry("empty", "")
                .containsEntry("line", "a\nb");
        assertThat(found.status()).isEqualTo(Status.RUNNING);
        assertThat(found.exitCode()).isEmpty();
    }

    @Test
    void aContainerThatHasEndedIsListedWithItsExitCode() {
        String failed = startAndEnd(name(), 3);
        String done = startAndEnd(name(), 0);
        String killed = start(name(), Map.of());
        kill(killed);

        assertThat(List.of(failed, done, killed))
                .extracting(id -> sighting(id).orElseThrow())
                .allMatch(found -> found.status() == Status.EXITED)
                .extracting(ContainerSighting::exitCode)
                .containsExactly(OptionalInt.of(3), OptionalInt.of(0), OptionalInt.of(137));
    }

    @Test
    void aContainerThatWasTakenAwayIsNotListed() {
        String id = startAndEnd(name(), 0);
        remove(id);

        assertThat(sighting(id)).isEmpty();
    }

    @Test
    void aContainerKeepsItsIdWhenItIsStartedAgain() {
        String id = start(name(), Map.of());
        kill(id);
        startAgain(id);

        assertThat(sighting(id).orElseThrow().status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void whoHasSubscribedIsToldOfStartsStopsAndRemovals() {
        Ear ear = new Ear();
        try (Subscription subscription = subscribed(ear)) {
            String id = start(name(), Map.of());
            Eventually.isTrue("the start is told", () -> ear.heard(id, Event.Kind.STARTED));
            kill(id);
            Eventually.isTrue("the request is told", () -> ear.heard(id, Event.Kind.STOP_REQUESTED));
            int before = ear.events.size();
            remove(id);
            Eventually.isTrue(
                    "the removal is told",
                    () -> ear.events.subList(before, ear.events.size()).stream()
                            .anyMatch(event -> event.containerId().equals(id)));
            assertThat(subscription).isNotNull();
        }
        assertThat(ear.broken).isEmpty();
    }

    @Test
    void anEndWithoutARequestIsNotToldAsOne() {
        Ear ear = new Ear();
        try (Subscription subscription = subscribed(ear)) {
            String id = startAndEnd(name(), 1);
            Eventually.isTrue("the end is told", () -> ear.heard(id, Event.Kind.CHANGED));
            assertThat(ear.heard(id, Event.Kind.STOP_REQUESTED)).isFalse();
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void whatChangesRightAfterSubscribingIsTold() {
        for (int i = 0; i < 5; i++) {
            Ear ear = new Ear();
            try (Subscription subscription = subscribed(ear)) {
                String id = start(name(), Map.of());
                Eventually.isTrue("the start is told", () -> ear.heard(id, Event.Kind.STARTED));
                assertThat(subscription).isNotNull();
            }
        }
    }

    @Test
    void aSubscriptionThatWasClosedTellsNothingMoreAlsoWhenTheConnectionBreaks() {
        Ear closed = new Ear();
        Ear open = new Ear();
        Subscription subscription = subscribed(closed);
        subscription.close();
        subscription.close();
        int before = closed.events.size();
        try (Subscription other = subscribed(open)) {
            String id = start(name(), Map.of());
            Eventually.isTrue("another hears it", () -> open.heard(id, Event.Kind.STARTED));
            cutConnections();
            Eventually.isTrue("another hears that it breaks", () -> !open.broken.isEmpty());
            assertThat(other).isNotNull();
        }

        assertThat(closed.events).hasSize(before);
        assertThat(closed.broken).isEmpty();
    }

    @Test
    void aBrokenSubscriptionIsToldOnceAndAnotherCanBeMade() {
        Ear broken = new Ear();
        Subscription subscription = subscribed(broken);
        cutConnections();
        Eventually.isTrue("it breaks", () -> !broken.broken.isEmpty());
        subscription.close();

        Ear fresh = new Ear();
        try (Subscription again = subscribed(fresh)) {
            String id = start(name(), Map.of());
            Eventually.isTrue("the new one works", () -> fresh.heard(id, Event.Kind.STARTED));
            assertThat(again).isNotNull();
        }
        assertThat(broken.broken).hasSize(1);
    }
}
