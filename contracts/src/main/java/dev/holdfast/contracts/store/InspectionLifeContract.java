package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Explanation.Code;
import dev.holdfast.Health;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.inspection.InspectionReport;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A record that is watched: what becomes of a plugin that somebody removes, edits or replaces behind our back. */
public abstract class InspectionLifeContract extends DriftCases {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    /** For subclasses. */
    protected InspectionLifeContract() {}

    private void given(String policy) {
        story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0")
                .track(TrackedRef.latestTag())
                .policy(UpdatePolicy.parse(policy)));
    }

    private InspectionReport after(Duration time) {
        story.clock().advance(time);
        return story.holdfast().inspections().inspect();
    }

    private Path live() {
        return root.resolve("ws-1/greeter");
    }

    private void edited() throws IOException {
        Path file = live().resolve("SKILL.md");
        Files.delete(file);
        Files.writeString(file, "edited");
    }

    private Condition condition() {
        return story.holdfast().inspections().find(KEY).orElseThrow().condition();
    }

    @Test
    void aPluginThatIsGoneIsToldWithinADayOnceAndStaysKnown() throws IOException {
        given("manual");
        Files.delete(live());

        InspectionReport report = after(DAY);
        after(DAY);

        assertThat(report.differing()).extracting(Observation::condition).containsExactly(Condition.MISSING);
        assertThat(story.events(HoldfastEvent.TargetDiffers.class)).hasSize(1);
        assertThat(story.holdfast().explain(KEY).code()).isEqualTo(Code.TARGET_DIFFERS);
        assertThat(story.holdfast().explain(KEY).text()).contains("MISSING", "repair it");
        Health health = story.holdfast().health();
        assertThat(health.verdict()).isEqualTo(Health.Verdict.DEGRADED);
        assertThat(health.problems()).anyMatch(problem -> problem.contains("1 installs differ"));
        assertThat(story.holdfast().placement(KEY)).isInstanceOf(Placement.Missing.class);
    }

    @Test
    void anEditedFileIsFoundWithinAWeekAndUntilItIsAsItWas() throws IOException {
        given("manual");
        String delivered = Files.readString(live().resolve("SKILL.md"));
        edited();
        after(DAY);
        assertThat(condition()).isEqualTo(Condition.INTACT);

        after(WEEK);
        assertThat(condition()).isEqualTo(Condition.TAMPERED);
        assertThat(story.events(HoldfastEvent.TargetDiffers.class))
                .extracting(event -> event.observation().detail())
                .containsExactly("changed: SKILL.md");
        Files.writeString(live().resolve("SKILL.md"), delivered);
        after(DAY);

        assertThat(condition()).isEqualTo(Condition.INTACT);
        assertThat(story.events(HoldfastEvent.TargetMatches.class)).hasSize(1);
    }

    @Test
    void aPolicyRepairsWhatIsMissing() throws IOException {
        given("manual; repair");
        Files.delete(live());

        InspectionReport report = after(DAY);

        assertThat(report.repaired()).containsExactly(KEY);
        assertThat(Files.readString(live().resolve("SKILL.md"))).isEqualTo("v1.0.0");
        assertThat(condition()).isEqualTo(Condition.INTACT);
        assertThat(story.holdfast().health().verdict()).isEqualTo(Health.Verdict.READY);
        assertThat(story.holdfast().operations(KEY).findFirst().orElseThrow().actor())
                .isEqualTo("inspection");
    }

    @Test
    void aPolicyRepairsAnEditWhenAWindowIsOpen() throws IOException {
        given("manual; repair; window daily 02:00 PT3H UTC");
        edited();
        story.clock().advance(WEEK);
        until(12);
        assertThat(story.holdfast().inspections().inspect().repaired()).isEmpty();

        story.clock().advance(DAY);
        until(3);
        assertThat(story.holdfast().inspections().inspect().repaired()).containsExactly(KEY);

        assertThat(Files.readString(live().resolve("SKILL.md"))).isEqualTo("v1.0.0");
    }

    private void until(int hour) {
        while (story.clock().instant().atZone(ZoneOffset.UTC).getHour() != hour) {
            story.clock().advance(Duration.ofHours(1));
        }
    }

    @Test
    void whatSomebodyElsePutThereIsToldAndNeverRepaired() throws IOException {
        given("manual; repair");
        Files.delete(live());
        Files.createDirectory(live());
        Files.writeString(live().resolve("mine"), "mine");

        InspectionReport report = after(DAY);

        assertThat(report.repaired()).isEmpty();
        assertThat(condition()).isEqualTo(Condition.FOREIGN);
        assertThat(live().resolve("mine")).hasContent("mine");
    }

    @Test
    void aPlaceThatIsAwayIsNoDifference() {
        given("manual; repair");
        story.target().down(true);

        InspectionReport report = after(DAY);
        story.target().down(false);

        assertThat(report.failures()).extracting(InspectionReport.Failure::key).containsExactly(KEY);
        assertThat(condition()).isEqualTo(Condition.INTACT);
        assertThat(after(Duration.ofMinutes(1)).looked()).isEqualTo(1);
    }

    @Test
    void aRepairThatFailsIsTriedAgainLaterAndLater() throws IOException {
        given("manual; repair");
        Files.delete(live());
        story.refuse("greeter");
        tampered();

        int tries = 0;
        for (int minute = 0; minute < 24 * 60; minute += 5) {
            tries += after(minute == 0 ? DAY : Duration.ofMinutes(5)).failures().size();
        }

        assertThat(tries).isBetween(3, 12);
        assertThat(condition()).isEqualTo(Condition.MISSING);
    }

    /** No whole copy is left, so that a repair has to ask the source. */
    private void tampered() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("ws-1"))) {
            for (Path file : files.filter(path -> path.endsWith("SKILL.md")).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void twoNodesLookAtEachInstallOnce() {
        given("manual");
        story.clock().advance(DAY);

        int looked = story.holdfast().inspections().inspect().looked()
                + story.other().inspections().inspect().looked();

        assertThat(looked).isEqualTo(1);
    }

    @Test
    void whatAnOperationIsChangingIsLookedAtAgainWhenItHasEnded() throws IOException {
        given("manual");
        Files.delete(live());
        story.clock().advance(DAY);
        NewOperation wanted = NewOperation.of(
                        Kind.REPAIR,
                        KEY,
                        story.holdfast().find(KEY).orElseThrow().address(),
                        "alice")
                .heldBy("node-z", DAY);
        Opening.Opened open = (Opening.Opened) store.journal().open(wanted);

        story.holdfast().inspections().inspect();
        assertThat(condition()).isEqualTo(Condition.INTACT);
        assertThat(story.events(HoldfastEvent.TargetDiffers.class)).isEmpty();
        store.journal().close(open.operation(), Closing.failed("the node died"));

        after(Duration.ofMinutes(1));
        assertThat(condition()).isEqualTo(Condition.MISSING);
    }
}
