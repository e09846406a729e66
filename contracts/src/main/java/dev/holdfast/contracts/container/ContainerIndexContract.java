package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerIndex.ContainerQuery;
import dev.holdfast.spi.container.ContainerIndex.RowChange;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerPort;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import dev.holdfast.testkit.MutableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ContainerIndex} promises. Extend it, give an empty index in {@link #index}, and run it; there is
 * nothing to opt out of. {@link ContainerLifeContract} goes beside it.
 */
public abstract class ContainerIndexContract {

    private static final ContainerKey WEB_1 = key("node-1", "shop", "web", "1");
    private static final ContainerKey WEB_2 = key("node-1", "shop", "web", "2");

    private final MutableClock clock = MutableClock.create();

    @SuppressWarnings("NullAway.Init") // set before each case
    private ContainerIndex index;

    /** For subclasses. */
    protected ContainerIndexContract() {}

    /** Returns an empty index that measures time by {@code clock}. It is asked for once for each case. */
    protected abstract ContainerIndex index(Clock clock);

    @BeforeEach
    final void makeTheIndex() {
        index = index(clock);
    }

    private static ContainerKey key(String host, String workload, String role, String replica) {
        return new ContainerKey(host, WorkloadId.of(workload), role, replica);
    }

    private static ContainerFacts running(String id) {
        return ContainerFacts.created(id, "name-" + id, "acme/web:1").state(ContainerState.RUNNING);
    }

    private static RowChange.Seen seen(ContainerKey key, long expected, ContainerFacts facts) {
        return new RowChange.Seen(key, expected, "stack", facts, false);
    }

    private IndexedContainer made(ContainerKey key, String id) {
        return index.write(List.of(seen(key, 0, running(id)))).get(0);
    }

    private List<IndexedContainer> rows() {
        return index.read("node-1").rows();
    }

    @Test
    void anEmptyIndexAnswersWithEmptyListsAndTheTime() {
        assertThat(rows()).isEmpty();
        assertThat(index.read("node-1").at()).isEqualTo(clock.instant());
        assertThat(index.write(List.of())).isEmpty();
        assertThat(index.list(ContainerQuery.all(), Page.Request.first(10)).items())
                .isEmpty();
        assertThat(index.expectStop("node-1", "aaa")).isFalse();
        assertThat(index.forget(WorkloadId.of("shop"))).isZero();
    }

    @Test
    void whatWasSeenIsReadBackAsItWasWritten() {
        ContainerFacts facts = new ContainerFacts(
                "aaa",
                "shop-web-1",
                "registry.example.com:5000/acme/web@sha256:" + "0".repeat(64),
                ContainerState.FAILED,
                OptionalInt.of(3),
                List.of(
                        ContainerPort.parse("[::]:8080->80/tcp"),
                        ContainerPort.inside(53, "udp"),
                        ContainerPort.parse("0.0.0.0:8080->80/tcp")));

        List<IndexedContainer> written = index.write(List.of(new RowChange.Seen(WEB_1, 0, "stack", facts, true)));

        IndexedContainer row = rows().get(0);
        assertThat(written).containsExactly(row);
        assertThat(row.key()).isEqualTo(WEB_1);
        assertThat(row.kind()).isEqualTo("stack");
        assertThat(row.facts()).isEqualTo(facts);
        assertThat(row.facts().ports())
                .extracting(ContainerPort::toString)
                .containsExactly("53/udp", "0.0.0.0:8080->80/tcp", "[::]:8080->80/tcp");
        assertThat(row.stopRequested()).isTrue();
        assertThat(row.registered()).isFalse();
        assertThat(row.version()).isPositive();
        assertThat(row.seenAt()).isEqualTo(clock.instant());
        assertThat(row.changedAt()).isEqualTo(clock.instant());
    }

    @Test
    void rowsAreReadByMachineInTheOrderOfTheirKeys() {
        List<ContainerKey> keys = List.of(
                key("node-1", "Shop", "web", "1"),
                key("node-1", "shop", "Web", "1"),
                WEB_1,
                key("node-1", "shop", "web", "10"),
                WEB_2,
                key("node-1", "shop", "web.b", "1"));
        List<RowChange> changes = new ArrayList<>();
        keys.forEach(key -> changes.add(seen(key, 0, running("id-" + changes.size()))));
        changes.add(seen(key("node-2", "shop", "web", "1"), 0, running("other")));
        Collections.reverse(changes);

        List<IndexedContainer> written = index.write(changes);

        assertThat(written).extracting(IndexedContainer::key).isSorted().hasSize(7);
        assertThat(rows()).extracting(IndexedContainer::key).containsExactlyElementsOf(keys);
    }

    @Test
    void aRowThatSomebodyHasWrittenSinceItWasReadIsLeftAloneAndTheOthersAreWritten() {
        IndexedContainer first = made(WEB_1, "aaa");
        IndexedContainer second = made(WEB_2, "bbb");
        IndexedContainer newer = index.write(List.of(seen(WEB_1, first.version(), running("ccc"))))
                .get(0);

        List<IndexedContainer> written = index.write(
                List.of(seen(WEB_1, first.version(), running("old")), seen(WEB_2, second.version(), running("ddd"))));

        assertThat(written).extracting(IndexedContainer::key).containsExactly(WEB_2);
        assertThat(rows()).extracting(row -> row.facts().containerId()).containsExactly("ccc", "ddd");
        assertThat(newer.version()).isNotEqualTo(first.version());
    }

    @Test
    void aRowThatIsThereAlreadyIsNotMadeAgain() {
        made(WEB_1, "aaa");

        assertThat(index.write(List.of(seen(WEB_1, 0, running("bbb"))))).isEmpty();

        assertThat(rows()).extracting(row -> row.facts().containerId()).containsExactly("aaa");
    }

    @Test
    void aRowThatWasDroppedAndMadeAgainIsNotTheRowThatWasRead() {
        IndexedContainer read = made(WEB_1, "aaa");
        index.write(List.of(new RowChange.Dropped(WEB_1, read.version())));
        assertThat(rows()).isEmpty();
        IndexedContainer again = made(WEB_1, "bbb");

        assertThat(index.write(List.of(new RowChange.Missing(WEB_1, read.version(), Optional.empty()))))
                .isEmpty();

        assertThat(again.version()).isNotEqualTo(read.version());
        assertThat(rows()).containsExactly(again);
    }

    /** Known failure: the mark was unconditional. */
    @Test
    void aRowIsMarkedMissingOnlyAsItWasRead() {
        IndexedContainer read = made(WEB_1, "aaa");
        index.expectStop("node-1", "aaa");

        assertThat(index.write(List.of(new RowChange.Missing(WEB_1, read.version(), Optional.empty()))))
                .isEmpty();

        assertThat(rows().get(0).missing()).isFalse();
    }

    @Test
    void aMissingRowKeepsWhatItWasAndWhenItWasLastSeen() {
        IndexedContainer read = made(WEB_1, "aaa");
        Instant lastSeen = clock.instant().plusSeconds(60);
        clock.advance(Duration.ofMinutes(2));

        index.write(List.of(new RowChange.Missing(WEB_1, read.version(), Optional.of(lastSeen))));

        IndexedContainer row = rows().get(0);
        assertThat(row.missing()).isTrue();
        assertThat(row.facts().containerId()).isEqualTo("aaa");
        assertThat(row.facts().image()).isEqualTo("acme/web:1");
        assertThat(row.seenAt()).isEqualTo(lastSeen);
        assertThat(row.changedAt()).isEqualTo(clock.instant());
    }

    @Test
    void theHostsOwnRowKeepsItsDataWhateverIsSeenAndIsNeverDropped() {
        ContainerFacts created = ContainerFacts.created("aaa", "shop-web-1", "acme/web:1");
        IndexedContainer registered = index.register(WEB_1, "stack", created, "{\"route\": 17}\n");
        assertThat(registered.facts()).isEqualTo(created);

        IndexedContainer seen = index.write(List.of(seen(WEB_1, registered.version(), running("aaa"))))
                .get(0);
        index.write(List.of(new RowChange.Dropped(WEB_1, seen.version())));

        assertThat(rows()).containsExactly(seen);
        assertThat(seen.facts().state()).isEqualTo(ContainerState.RUNNING);
        assertThat(seen.hostData()).contains("{\"route\": 17}\n");
    }

    @Test
    void registeringAContainerThatWasSeenWritesOnlyWhatIsTheHosts() {
        made(WEB_1, "aaa");
        index.expectStop("node-1", "aaa");
        clock.advance(Duration.ofMinutes(1));

        IndexedContainer row = index.register(WEB_1, "agent", ContainerFacts.created("aaa", "other", "other"), "mine");

        assertThat(row.facts()).isEqualTo(running("aaa"));
        assertThat(row.stopRequested()).isTrue();
        assertThat(row.seenAt()).isEqualTo(clock.instant().minusSeconds(60));
        assertThat(row.kind()).isEqualTo("agent");
        assertThat(row.hostData()).contains("mine");
    }

    @Test
    void registeringAnotherContainerUnderAKeyTakesItOver() {
        made(WEB_1, "aaa");
        index.expectStop("node-1", "aaa");

        IndexedContainer row = index.register(WEB_1, "stack", ContainerFacts.created("bbb", "b", "acme/web:2"), "");

        assertThat(row.facts().state()).isEqualTo(ContainerState.CREATED);
        assertThat(row.facts().containerId()).isEqualTo("bbb");
        assertThat(row.stopRequested()).isFalse();
        assertThat(row.hostData()).contains("");
    }

    @Test
    void registeringDropsTheRowThatTheReconcilerMadeForTheContainerUnderAnotherKey() {
        made(WEB_1, "aaa");
        ContainerKey elsewhere = key("node-2", "shop", "web", "1");
        made(elsewhere, "aaa");

        index.register(WEB_2, "stack", ContainerFacts.created("aaa", "a", "acme/web:1"), "mine");

        assertThat(rows()).extracting(IndexedContainer::key).containsExactly(WEB_2);
        assertThat(index.read("node-2").rows()).hasSize(1);
    }

    @Test
    void oneContainerIsRegisteredOnce() {
        ContainerFacts facts = ContainerFacts.created("aaa", "a", "acme/web:1");
        index.register(WEB_1, "stack", facts, "mine");

        assertThatThrownBy(() -> index.register(WEB_2, "stack", facts, "mine too"))
                .isInstanceOf(PermanentException.class)
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.CONFLICT);

        index.register(WEB_1, "stack", facts, "changed");
        index.register(key("node-2", "shop", "web", "1"), "stack", facts, "another machine's");
        assertThat(rows()).extracting(IndexedContainer::hostData).containsExactly(Optional.of("changed"));
    }

    @Test
    void hostDataThatNoStoreCouldKeepIsRefused() {
        ContainerFacts facts = ContainerFacts.created("aaa", "a", "acme/web:1");

        assertThatThrownBy(() -> index.register(WEB_1, "stack", facts, "x".repeat(10_001)))
                .isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> index.register(WEB_1, "stack", facts, "a\0b")).isInstanceOf(PermanentException.class);
        assertThat(rows()).isEmpty();
    }

    @Test
    void aStopIsExpectedOfOneContainerOfOneMachine() {
        made(WEB_1, "aaa");
        made(WEB_2, "bbb");

        assertThat(index.expectStop("node-2", "aaa")).isFalse();
        assertThat(index.expectStop("node-1", "aaa")).isTrue();

        assertThat(rows()).extracting(IndexedContainer::stopRequested).containsExactly(true, false);
    }

    @Test
    void forgettingAWorkloadDropsItsRowsOnAllMachinesAlsoTheHostsOwn() {
        made(WEB_1, "aaa");
        made(key("node-2", "shop", "web", "1"), "bbb");
        made(key("node-1", "shop2", "web", "1"), "ccc");
        index.register(WEB_2, "stack", ContainerFacts.created("ddd", "d", "acme/web:1"), "mine");

        assertThat(index.forget(WorkloadId.of("shop"))).isEqualTo(3);

        assertThat(index.list(ContainerQuery.all(), Page.Request.first(10)).items())
                .extracting(row -> row.key().workload().value())
                .containsExactly("shop2");
    }

    @Test
    void rowsAreListedByWorkloadMachineContainerAndStateInPages() {
        for (int i = 0; i < 5; i++) {
            made(key("node-" + i % 2, "shop", "web", "r" + i), "id-" + i);
        }
        IndexedContainer other = made(key("node-1", "blog", "site", "1"), "blog");
        index.write(List.of(new RowChange.Missing(other.key(), other.version(), Optional.empty())));

        assertThat(listed(ContainerQuery.all())).hasSize(6).isSorted();
        assertThat(listed(ContainerQuery.of(WorkloadId.of("shop")))).hasSize(5);
        assertThat(listed(ContainerQuery.container("node-1", "id-3")))
                .containsExactly(key("node-1", "shop", "web", "r3"));
        assertThat(listed(ContainerQuery.container("node-0", "id-3"))).isEmpty();
        assertThat(listed(ContainerQuery.all().in(Set.of(ContainerState.MISSING, ContainerState.FAILED))))
                .containsExactly(other.key());
        assertThatThrownBy(() -> index.list(ContainerQuery.all(), new Page.Request(Optional.of("elsewhere"), 10)))
                .isInstanceOf(PermanentException.class);
    }

    private List<ContainerKey> listed(ContainerQuery query) {
        List<ContainerKey> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<IndexedContainer> page = index.list(query, new Page.Request(next, 2));
            page.items().forEach(row -> all.add(row.key()));
            next = page.next();
        } while (next.isPresent());
        return all;
    }

    @Test
    void manyNodesThatWriteTheSameRowsAtOnceWriteEachOnceAndNeverWaitForEachOther() throws Exception {
        List<RowChange> changes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            changes.add(seen(key("node-1", "shop", "web", "r" + i), 0, running("id-" + i)));
        }
        List<RowChange> again = new ArrayList<>();
        index.write(changes).forEach(row -> again.add(seen(row.key(), row.version(), running("next"))));
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            List<RowChange> mine = new ArrayList<>(again);
            Collections.shuffle(mine, new java.util.Random(i));
            calls.add(() -> index.write(mine).size());
        }

        List<Future<Integer>> written = nodes.invokeAll(calls);
        nodes.shutdown();

        int all = 0;
        for (Future<Integer> one : written) {
            all += one.get();
        }
        assertThat(all).isEqualTo(60);
    }
}
