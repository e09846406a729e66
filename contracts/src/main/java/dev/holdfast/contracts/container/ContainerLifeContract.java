package dev.holdfast.contracts.container;

import static dev.holdfast.contracts.container.ContainerStory.key;
import static dev.holdfast.contracts.container.ContainerStory.labelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerSighting.Status;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.testkit.ScriptedRuntime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The promises about the index of containers, as tests of the whole reconciler over the index under test: it converges,
 * and nothing that exists is ever called missing. Extend it beside {@link ContainerIndexContract}.
 */
public abstract class ContainerLifeContract extends ContainerClaimCases {

    /** For subclasses. */
    protected ContainerLifeContract() {}

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

    /** Known failure: an older snapshot could overwrite a newer one. */
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
