package dev.holdfast.contracts.container;

import static dev.holdfast.contracts.container.ContainerStory.key;
import static dev.holdfast.contracts.container.ContainerStory.labelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.ContainerReport.Listing;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.ContainerState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The cases about what is called missing, and what never is. */
abstract class ContainerAbsenceCases extends ContainerCases {

    /** Known failure: an error while writing a present container made it missing in the same pass. */
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

    /** Known failure: so did a passing error of the database, cached for the pass. */
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

    /** Known failure: what was made between the listing and the reading of the rows was marked missing. */
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

    /** Known failure: the mark was unconditional. */
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

    /** Known failure: a successful but empty listing marked everything missing. */
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

    /** Known failure: the engine that answers is another. */
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
}
