package dev.holdfast.testkit;

import static dev.holdfast.testkit.ContainerStory.composed;
import static dev.holdfast.testkit.ContainerStory.key;
import static dev.holdfast.testkit.ContainerStory.labelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.ContainerReconciler;
import dev.holdfast.ContainerReport;
import dev.holdfast.ContainerReport.Listing;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.RefusedContainer;
import dev.holdfast.RefusedContainer.Why;
import dev.holdfast.spi.ContainerFacts;
import dev.holdfast.spi.ContainerIndex;
import dev.holdfast.spi.ContainerSighting;
import dev.holdfast.spi.ContainerSighting.Status;
import dev.holdfast.spi.ContainerState;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Workload;
import dev.holdfast.spi.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The promises about the index of containers, as tests of the whole reconciler over the index under test: it converges, and
 * nothing that exists is ever called missing. Extend it beside {@link ContainerIndexContract}.
 */
public abstract class ContainerLifeContract {

    private final TransientException down = new TransientException(Reason.UNREACHABLE, "down for the test");

    private ContainerStory story;
    private FaultyIndex faulty;
    private ContainerReconciler reconciler;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // set before each case
    protected ContainerLifeContract() {}

    /** Returns an empty index whose times are measured by {@code clock}. */
    protected abstract ContainerIndex index(MutableClock clock);

    @BeforeEach
    final void begin() {
        MutableClock clock = MutableClock.create();
        story = new ContainerStory(clock, index(clock));
        faulty = new FaultyIndex(story.index);
        reconciler = story.builder(faulty).build();
        story.know(Workload.of("shop", "stack").composeProject("shop"));
    }

    @AfterEach
    final void end() {
        reconciler.close();
    }

    private ContainerReport look() {
        return reconciler.reconcile();
    }

    /** Looks twice with the grace between. */
    private ContainerReport lookAgainAfterTheGrace() {
        look();
        story.waitForGrace();
        return look();
    }

    private void threeRun() {
        List.of("aaa", "bbb", "ccc").forEach(id -> story.start(id, "web"));
        look();
    }

    @Test
    void whatRunsIsInTheIndexAfterOneLookAndASecondLookWritesNothing() {
        threeRun();

        ContainerReport again = look();

        assertThat(story.table())
                .containsExactly(
                        entry("shop/web/name-aaa", "aaa RUNNING"),
                        entry("shop/web/name-bbb", "bbb RUNNING"),
                        entry("shop/web/name-ccc", "ccc RUNNING"));
        assertThat(again.changed()).isFalse();
        assertThat(again.indexed()).isEqualTo(3);
        assertThat(faulty.writes()).isEqualTo(1);
        assertThat(story.rows()).allSatisfy(row -> assertThat(row.key().host()).isEqualTo("node-1"));
    }

    /** Defect 40 of the predecessors: an error while writing a present container made it missing in the same pass. */
    @Test
    void defect40AnErrorWhileWritingMakesNothingMissing() {
        threeRun();
        story.engine.exit("aaa", 1);

        for (int i = 0; i < 3; i++) {
            faulty.failNextWrite();
            assertThatThrownBy(this::look).isInstanceOf(TransientException.class);
            story.waitForGrace();
        }

        assertThat(story.table()).doesNotContainValue("aaa MISSING").hasSize(3);
        assertThat(look().missing()).isEmpty();
        assertThat(story.state("aaa")).isEqualTo(ContainerState.FAILED);
    }

    /** Defect 40 of the predecessors: so did a passing error of the database, cached for the pass. */
    @Test
    void defect40AnErrorOfTheEngineOrTheCatalogIsNoAbsence() {
        threeRun();
        for (int i = 0; i < 3; i++) {
            story.engine.failNext(down);
            assertThatThrownBy(this::look).isSameAs(down);
            story.waitForGrace();
            story.catalogFails(down);
            assertThatThrownBy(this::look).isSameAs(down);
            story.catalogFails(null);
            story.waitForGrace();
        }
        story.knowNothing();

        assertThat(lookAgainAfterTheGrace().missing()).isEmpty();

        assertThat(story.rows()).hasSize(3).allMatch(row -> row.facts().state() == ContainerState.RUNNING);
    }

    /** Defect 41 of the predecessors: what was made between the listing and the reading of the rows was marked missing. */
    @Test
    void defect41AContainerThatIsMadeWhileTheEngineAnswersIsNotMissing() {
        threeRun();
        for (int i = 0; i < 2; i++) {
            String id = "late-" + i;
            story.engine.beforeNextAnswer(() -> {
                story.index.register(key("shop", "web", id), "stack", ContainerFacts.created(id, id, "acme/web"), "");
                story.engine.put(labelled(id, "shop", "web"));
            });

            assertThat(look().missing()).isEmpty();
            story.waitForGrace();
        }

        assertThat(look().missing()).isEmpty();
        assertThat(story.rows()).noneMatch(row -> row.missing()).hasSize(5);
    }

    /** Defect 41 of the predecessors: the mark was unconditional. */
    @Test
    void defect41ARowThatSomebodyWritesMeanwhileIsNotMarked() {
        threeRun();
        story.engine.remove("aaa");
        look();
        story.waitForGrace();
        faulty.beforeNextWrite(() -> story.index.register(
                key("shop", "web", "name-aaa"), "stack", ContainerFacts.created("new", "new", "acme/web:2"), ""));

        ContainerReport report = look();

        assertThat(report.lost()).isEqualTo(1);
        assertThat(report.missing()).isEmpty();
        assertThat(story.table()).containsEntry("shop/web/name-aaa", "new CREATED");
    }

    @Test
    void missingTakesTwoAbsencesAndTheGrace() {
        threeRun();
        story.clock.advance(Duration.ofMinutes(10));
        Instant seenLast = story.clock.instant();
        look();
        story.engine.remove("aaa");
        story.clock.advance(Duration.ofMinutes(1));

        assertThat(look().missing()).isEmpty();
        assertThat(look().missing()).isEmpty();
        assertThat(look().absent()).isEqualTo(1);
        story.waitForGrace();
        ContainerReport report = look();

        assertThat(report.missing()).containsExactly(key("shop", "web", "name-aaa"));
        assertThat(report.absent()).isZero();
        assertThat(story.row("aaa").orElseThrow().seenAt()).isBetween(seenLast, seenLast.plusSeconds(30));
        assertThat(look().changed()).isFalse();
    }

    @Test
    void oneSightingEndsAnAbsence() {
        threeRun();
        ContainerSighting gone = labelled("aaa", "shop", "web");
        for (int i = 0; i < 4; i++) {
            story.engine.remove("aaa");
            assertThat(look().missing()).isEmpty();
            story.waitForGrace();
            story.engine.put(gone);
            assertThat(look().missing()).isEmpty();
        }
    }

    @Test
    void aContainerThatComesBackIsFoundAgain() {
        threeRun();
        story.engine.remove("aaa");
        lookAgainAfterTheGrace();
        assertThat(story.state("aaa")).isEqualTo(ContainerState.MISSING);

        story.engine.put(labelled("aaa", "shop", "web"));
        look();

        assertThat(story.table()).hasSize(3).containsEntry("shop/web/name-aaa", "aaa RUNNING");
    }

    /** Defect 42 of the predecessors: replicas collapsed into one row that flapped. */
    @Test
    void defect42EachReplicaOfAComposeServiceHasARowOfItsOwn() {
        for (int number = 1; number <= 3; number++) {
            story.engine.put(composed("id" + number, "shop", "web", number));
        }
        story.engine.put(composed("once", "shop", "web", 1).label("com.docker.compose.oneoff", "True"));

        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(story.table())
                .containsExactly(
                        entry("shop/web/1", "id1 RUNNING"),
                        entry("shop/web/2", "id2 RUNNING"),
                        entry("shop/web/3", "id3 RUNNING"),
                        entry("shop/web/shop-web-1", "once RUNNING"));
        assertThat(look().changed()).isFalse();
    }

    /** Defect 42 of the predecessors: so did a blue-green pair. */
    @Test
    void defect42BothHalvesOfABlueGreenPairHaveARow() {
        story.start("blue", "web");
        look();
        story.start("green", "web");
        look();
        story.engine.remove("blue");
        lookAgainAfterTheGrace();

        assertThat(story.table())
                .containsExactly(
                        entry("shop/web/name-blue", "blue MISSING"), entry("shop/web/name-green", "green RUNNING"));
    }

    @Test
    void aContainerThatIsMadeAnewInItsPlaceTakesTheRowOver() {
        story.engine.put(composed("old", "shop", "web", 1));
        look();
        story.engine.remove("old");
        story.engine.put(composed("new", "shop", "web", 1));

        ContainerReport report = look();

        assertThat(report.missing()).isEmpty();
        assertThat(story.table()).containsExactly(entry("shop/web/1", "new RUNNING"));
    }

    @Test
    void containersThatExchangeTheirNamesKeepOneRowEach() {
        story.engine.put(named("old", "web"));
        story.engine.put(named("new", "web_new"));
        look();

        story.engine.put(named("old", "web_old"));
        story.engine.put(named("new", "web"));
        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(report.dropped()).isEqualTo(1);
        assertThat(story.table())
                .containsExactly(entry("shop/main/web", "new RUNNING"), entry("shop/main/web_old", "old RUNNING"));
    }

    private static ContainerSighting named(String id, String name) {
        return ContainerSighting.running(id, name, "acme/web").label("dev.holdfast.workload", "shop");
    }

    /** Defect 43 of the predecessors: a forged label with a known id took the real row. */
    @Test
    void defect43AForgedLabelTakesNobodysRow() {
        story.engine.put(labelled("real", "shop", "web").label("dev.holdfast.replica", "1"));
        look();
        story.engine.exit("real", 1);
        story.engine.put(labelled("forged", "shop", "web").label("dev.holdfast.replica", "1"));

        ContainerReport report = look();

        assertThat(report.refused()).extracting(RefusedContainer::why).containsExactly(Why.HELD_BY_ANOTHER);
        assertThat(story.table()).containsExactly(entry("shop/web/1", "real FAILED"));
    }

    /** Defect 43 of the predecessors: only unknown ids were refused. */
    @Test
    void defect43AMismatchOfOwnerOrKindIsRefusedAndToldOnce() {
        story.know(Workload.of("bank", "agent").ownedBy("acme"));
        story.engine.put(labelled("right", "bank", "web").label("dev.holdfast.owner", "acme"));
        story.engine.put(labelled("silent", "bank", "web"));
        story.engine.put(labelled("forged", "bank", "web").label("dev.holdfast.owner", "mallory"));
        story.engine.put(labelled("kind", "shop", "web").label("dev.holdfast.kind", "agent"));
        story.engine.put(labelled("unknown", "nobodys", "web"));
        story.engine.put(labelled("bad", "shop", "we\nb"));
        story.engine.put(composed("foreign", "shop", "web", 1).label("dev.holdfast.owner", "mallory"));

        ContainerReport report = look();
        look();

        assertThat(report.refused())
                .extracting(RefusedContainer::containerId, RefusedContainer::why)
                .containsExactlyInAnyOrder(
                        tuple("silent", Why.WRONG_OWNER),
                        tuple("forged", Why.WRONG_OWNER),
                        tuple("foreign", Why.WRONG_OWNER),
                        tuple("kind", Why.WRONG_KIND),
                        tuple("unknown", Why.UNKNOWN_WORKLOAD),
                        tuple("bad", Why.BAD_LABEL));
        assertThat(story.heard(HoldfastEvent.ContainerRefused.class)).hasSize(6);
        assertThat(report.indexed()).isEqualTo(1);
        assertThat(story.table()).containsOnlyKeys("bank/web/name-right");
    }

    /** Defect 43 of the predecessors, where the host makes the rows. */
    @Test
    void defect43OfAKindThatTheHostOwnsOnlyItsOwnContainersAreIndexed() {
        story.know(Workload.of("agent-7", "agent"));
        story.hostOwns("agent");
        story.index.register(
                key("agent-7", "main", "a"), "agent", ContainerFacts.created("mine", "mine", "acme/agent"), "route 9");
        story.engine.put(labelled("mine", "agent-7", "whatever"));
        story.engine.put(labelled("forged", "agent-7", "main").label("dev.holdfast.replica", "a"));

        ContainerReport report = look();

        assertThat(report.waiting()).isEqualTo(1);
        assertThat(story.table()).containsExactly(entry("agent-7/main/a", "mine RUNNING"));
        assertThat(story.row("mine").orElseThrow().hostData()).contains("route 9");
    }

    /** Defect 43 of the predecessors: the host recorded it for one workload, its label says another. */
    @Test
    void defect43AContainerOfOneWorkloadThatClaimsAnotherIsRefused() {
        story.know(Workload.of("blog", "stack"));
        story.index.register(key("blog", "web", "1"), "stack", ContainerFacts.created("aaa", "aaa", "acme/web"), "");
        story.start("aaa", "web");

        ContainerReport report = look();
        story.waitForGrace();

        assertThat(report.refused()).extracting(RefusedContainer::why).containsExactly(Why.HELD_BY_ANOTHER);
        assertThat(lookAgainAfterTheGrace().missing()).as("it exists").isEmpty();
        assertThat(story.table()).containsExactly(entry("blog/web/1", "aaa CREATED"));
    }

    /** Defect 44 of the predecessors: the first label that matched won even when it led nowhere. */
    @Test
    void defect44ARuleThatLeadsNowherePassesOnToTheNext() {
        story.know(Workload.of("page", "site").site("blog.example.com"));
        ContainerSighting all = composed("all", "shop", "web", 1)
                .label("dev.holdfast.workload", "gone")
                .label("dev.holdfast.site", "gone.example.com");
        story.engine.put(all);
        story.engine.put(composed("site", "shop", "web", 2).label("dev.holdfast.site", "blog.example.com"));
        story.engine.put(composed("first", "gone", "web", 3).label("dev.holdfast.workload", "shop"));

        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(story.table())
                .containsExactly(
                        entry("page/site/shop-web-2", "site RUNNING"),
                        entry("shop/main/gone-web-3", "first RUNNING"),
                        entry("shop/web/1", "all RUNNING"));
    }

    /** Defect 45 of the predecessors: an older snapshot could overwrite a newer one. */
    @Test
    void defect45AnOlderListingOfAnotherNodeDoesNotOverwriteANewerOne() {
        threeRun();
        story.engine.exit("bbb", 1);
        try (ContainerReconciler other = story.builder().build()) {
            story.engine.beforeNextAnswer(() -> {
                story.engine.exit("aaa", 2);
                story.engine.put(labelled("bbb", "shop", "web"));
                story.engine.exit("bbb", 3);
                other.reconcile();
            });

            ContainerReport stale = look();

            assertThat(stale.lost()).isEqualTo(1);
            assertThat(story.row("bbb").orElseThrow().facts().exitCode()).hasValue(3);
            assertThat(story.state("aaa")).isEqualTo(ContainerState.FAILED);
        }
    }

    /** Defect 46 of the predecessors: a successful but empty listing marked everything missing. */
    @Test
    void defect46AnEmptyListingIsRefusedOnceAndAcceptedWhenItRepeatsAfterTheGrace() {
        threeRun();
        story.engine.removeAll();

        ContainerReport first = look();
        ContainerReport atOnce = look();
        story.waitForGrace();
        ContainerReport repeated = look();

        assertThat(first.listing()).isEqualTo(Listing.REFUSED);
        assertThat(atOnce.listing()).isEqualTo(Listing.REFUSED);
        assertThat(first.written()).isEmpty();
        assertThat(repeated.listing()).isEqualTo(Listing.ACCEPTED);
        assertThat(repeated.missing()).hasSize(3);
    }

    /** Defect 46 of the predecessors: the engine that answers is another. */
    @Test
    void defect46TheListingOfAnotherEngineIsRefused() {
        threeRun();
        story.engine.removeAll();
        story.engine.put(labelled("foreign", "nobodys", "web"));

        assertThat(look().listing()).isEqualTo(Listing.REFUSED);
        story.engine.removeAll();
        threeRun();

        assertThat(look().listing()).isEqualTo(Listing.ACCEPTED);
        story.engine.removeAll();
        story.waitForGrace();
        assertThat(look().listing())
                .as("what was refused long ago counts no more")
                .isEqualTo(Listing.REFUSED);
    }

    @Test
    void statesAreThoseOfTheEngineAndAFailureIsToldByTheExitCode() {
        for (Status status : List.of(Status.CREATED, Status.RESTARTING, Status.PAUSED, Status.REMOVING, Status.DEAD)) {
            story.engine.put(labelled(status.name(), "shop", "web").status(status));
        }
        story.start("zero", "web");
        story.engine.exit("zero", 0);
        story.start("one", "web");
        story.engine.exit("one", 1);
        story.start("killed", "web");
        story.engine.exit("killed", 137);

        look();

        assertThat(story.rows())
                .extracting(row -> row.facts().containerId() + " " + row.facts().state())
                .containsExactlyInAnyOrder(
                        "CREATED CREATED",
                        "RESTARTING RESTARTING",
                        "PAUSED PAUSED",
                        "REMOVING REMOVING",
                        "DEAD STOPPED",
                        "zero STOPPED",
                        "one FAILED",
                        "killed FAILED");
        assertThat(story.row("killed").orElseThrow().facts().exitCode()).hasValue(137);
    }

    @Test
    void anEndByTheSignalOfAStopThatTheHostExpectedIsNoFailure() {
        threeRun();
        story.index.expectStop("node-1", "aaa");
        story.index.expectStop("node-1", "bbb");
        look();
        story.engine.exit("aaa", 143);
        story.engine.exit("bbb", 1);
        story.engine.exit("ccc", 143);
        look();

        assertThat(story.state("aaa")).isEqualTo(ContainerState.STOPPED);
        assertThat(story.state("bbb")).as("another code than a signal's").isEqualTo(ContainerState.FAILED);
        assertThat(story.state("ccc")).as("nobody asked").isEqualTo(ContainerState.FAILED);
        assertThat(look().changed()).isFalse();
    }

    @Test
    void aStopThatWasAskedForCountsUntilTheContainerRunsAgain() {
        threeRun();
        story.index.expectStop("node-1", "aaa");
        story.engine.exit("aaa", 137);
        look();
        assertThat(story.state("aaa")).isEqualTo(ContainerState.STOPPED);

        story.engine.put(labelled("aaa", "shop", "web"));
        look();
        story.engine.exit("aaa", 137);
        look();

        assertThat(story.state("aaa")).isEqualTo(ContainerState.FAILED);
    }

    @Test
    void rowsOfContainersThatAreLongGoneAreDroppedButNotTheHostsOwn() {
        threeRun();
        story.index.register(
                key("shop", "web", "mine"), "stack", ContainerFacts.created("mine", "mine", "acme/web"), "");
        story.engine.remove("aaa");
        lookAgainAfterTheGrace();
        assertThat(story.rows()).filteredOn(row -> row.missing()).hasSize(2);

        story.clock.advance(Duration.ofDays(8));
        assertThat(look().dropped()).isEqualTo(1);

        assertThat(story.table()).containsOnlyKeys("shop/web/mine", "shop/web/name-bbb", "shop/web/name-ccc");
    }

    @Test
    void theRowsOfAnotherMachineAreLeftAlone() {
        threeRun();
        ScriptedRuntime elsewhere = ScriptedRuntime.on("node-2");
        elsewhere.put(labelled("aaa", "shop", "web"));
        try (ContainerReconciler other = story.builder().runtime(elsewhere).build()) {
            other.reconcile();
            story.waitForGrace();
            other.reconcile();
        }

        assertThat(story.rows()).hasSize(3).noneMatch(row -> row.missing());
        assertThat(story.index.read("node-2").rows()).hasSize(1);
    }

    @Test
    void aRowOfAForgottenWorkloadIsNotMadeAgain() {
        threeRun();
        story.knowNothing();
        story.index.forget(WorkloadId.of("shop"));

        assertThat(look().refused()).hasSize(3);

        assertThat(story.rows()).isEmpty();
    }

    @Test
    void aReconcilerWithoutItsPartsOrOfAnUnspeakableMachineIsRefused() {
        assertThatThrownBy(() -> ContainerReconciler.builder().build()).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() ->
                        story.builder().runtime(ScriptedRuntime.on("node 1")).build())
                .isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> story.builder().grace(Duration.ZERO).build()).isInstanceOf(PermanentException.class);
    }
}
