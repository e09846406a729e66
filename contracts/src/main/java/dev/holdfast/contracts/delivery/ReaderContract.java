package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileStep;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a reader of the live path sees while plugins change, as tests: a shell that reads without a pause, from inside
 * the place, beside upgrades and rollbacks of the whole engine. No read finds nothing, and a reader that resolved the
 * live path once sees one version only. Two cases swap badly on purpose, and prove that such a reader would notice. A
 * reader that holds what it uses keeps it, by the functions for POSIX shells that come with Holdfast.
 *
 * <p>Extend it beside {@link PluginLifeContract}. Each case prints its figures. The long one carries the tag
 * {@code kill}.
 */
@ExtendWith(Sample.Given.class)
public abstract class ReaderContract extends HoldCases {

    private static final int FEW = 20;
    private static final int MANY = 300;
    private static final int HOLDERS = 1_000;
    private static final int UPGRADES = 50;
    private static final int ROLLBACK_EACH = 10;
    private static final int MOST_BAD_SWAPS = 5000;

    /** For subclasses. */
    protected ReaderContract() {}

    /** Returns the target under test. */
    @Override
    protected abstract DeliveryTarget target();

    /** Returns an address that no test has used. */
    @Override
    protected abstract TargetAddress address();

    /**
     * Runs a line of POSIX shell where the readers of the target run, and returns what it printed to standard output.
     *
     * @param line as for {@code sh -c}
     * @param arguments what the line knows as {@code $1} and so on
     */
    @Override
    protected abstract String sh(String line, String... arguments) throws Exception;

    /** Known failure: three reads of four found nothing while a plugin was replaced. */
    @Test
    void noReadFindsNothingAndNoneSeesTwoVersionsInAFewUpgrades() throws Exception {
        upgradesBesideAReader(FEW);
    }

    /** At length. */
    @Test
    @Tag("kill")
    void noReadFindsNothingAndNoneSeesTwoVersionsInThreeHundredUpgrades(Sample sample) throws Exception {
        upgradesBesideAReader(Math.max(FEW, sample.of(MANY)));
    }

    /** At length. */
    @Test
    @Tag("once")
    void manyHoldersMissNoReadAndTheDeadOnesKeepNothing(Sample sample) throws Exception {
        manyHolders(Math.max(40, sample.of(HOLDERS)), Math.max(4, sample.of(UPGRADES)));
    }

    /** The proof that a gap would be seen: the live link is removed, then made again. */
    @Test
    void aSwapThatLeavesAGapIsCaught() throws Exception {
        install(0);
        String release = story.kind("greeter").substring("LINK to ".length());
        try (LiveReader reader = reader(LiveReader.Until.FIRST_GAP)) {
            for (int i = 0; i < MOST_BAD_SWAPS && reader.isReading(); i++) {
                story.onTarget(new FileStep.RemoveTree("greeter"));
                story.onTarget(new FileStep.PointLink("greeter", release));
            }

            assertThat(reader.stopped("remove and link again").gaps()).isPositive();
        }
    }

    /** The proof that a mixed tree would be seen: the files of a release are written over, one after the other. */
    @Test
    void aTreeThatIsChangedInPlaceIsCaught() throws Exception {
        install(0);
        String release = story.kind("greeter").substring("LINK to ".length());
        try (LiveReader reader = reader(LiveReader.Until.FIRST_MIXED)) {
            for (int i = 1; i < MOST_BAD_SWAPS && reader.isReading(); i++) {
                story.onTarget(new FileStep.WriteFile(release + "/one", "v" + i + "\n"));
                story.onTarget(new FileStep.WriteFile(release + "/two", "v" + i + "\n"));
            }

            assertThat(reader.stopped("write in place").mixed()).isPositive();
        }
    }

    private void upgradesBesideAReader(int upgrades) throws Exception {
        install(0);
        try (LiveReader reader = reader(LiveReader.Until.STOPPED)) {
            for (int i = 1; i <= upgrades; i++) {
                install(i);
                if (i % ROLLBACK_EACH == 0) {
                    story.rollback();
                }
            }

            LiveReader.Figures figures = reader.stopped(upgrades + " upgrades");

            assertThat(figures.findings()).as("%s", figures).isZero();
            assertThat(figures.reads()).as("%s", figures).isGreaterThan(upgrades);
            assertThat(figures.swaps()).as("%s: did it read at all?", figures).isPositive();
        }
        story.assertRecordAgrees();
    }

    private void install(int version) {
        String text = "v" + version + "\n";
        String tag = "v" + version + ".0.0";
        story.resolver()
                .tag("greeter", tag, story.resolver().commit("greeter", Map.of("one", text, "d/x", text, "two", text)));
        story.install("tag:" + tag);
    }

    private LiveReader reader(LiveReader.Until until) {
        return LiveReader.start(
                getClass().getSimpleName(),
                story,
                until,
                line -> sh(line, story.address().path()));
    }
}
