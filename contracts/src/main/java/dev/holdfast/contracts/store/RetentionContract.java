package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.Probation;
import dev.holdfast.RetainedRelease;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promises about what stays on a target and what can be returned to, as tests of the whole engine over the store
 * under test: releases go by what was live and when, and by nothing else. Extend it beside
 * {@link TrackingStoreContract}.
 */
public abstract class RetentionContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Probation BRIEF = new Probation(1, Duration.ofMillis(100), Duration.ofMillis(200));

    private final MutableClock clock = MutableClock.create();

    @TempDir
    private Path root;

    @SuppressWarnings("NullAway.Init") // begun by each case
    RetentionStory story;

    /** For subclasses. */
    protected RetentionContract() {}

    /** Returns an empty store whose times are measured by {@code clock}. */
    protected abstract TrackingStore store(MutableClock clock);

    @AfterEach
    final void end() {
        story.close();
    }

    @Test
    void failedAttemptsDoNotTakeTheWayBack() {
        begin(1, HOUR);
        story.installed("one", "two", "three");
        story.attempted(210);

        story.rollback();

        story.assertLive("two");
    }

    @Test
    void aWeekOfAnAbsentTargetTakesNothing() {
        begin(2, HOUR);
        story.installed("one", "two", "three", "four");

        story.whileAway(() -> story.ticks(7 * 12, HOUR.multipliedBy(2)));
        story.ticks(12, HOUR);

        assertThat(story.releases()).containsExactly("four", "three", "two");
        story.rollback();
        story.assertLive("three");
    }

    @Test
    void whatFailsItsProbationAfterALongOutageIsPutBack() {
        begin(1, HOUR, host -> host.healthProbe((workspace, change, deadline) -> Health.unhealthy("no"), BRIEF));
        story.installed("one");
        story.whileAway(() -> story.ticks(210, MINUTE));

        ApplyResult result = story.updated("two");

        assertThat(result).isInstanceOf(ApplyResult.Failed.class);
        story.assertLive("one");
    }

    @Test
    void fourNodesThatLookAllTheTimeTakeNothing() {
        begin(4, HOUR);
        story.installed("one");
        story.ticks(60, Duration.ofSeconds(65));
        story.installed("two");
        story.ticks(60, Duration.ofSeconds(65));

        story.rollback();

        story.assertLive("one");
    }

    @Test
    void aGraceOfAMonthIsKeptToTheMinute() {
        Duration month = Duration.ofDays(30);
        begin(1, month);
        story.installed("one", "two", "three", "four", "five");

        story.ticks(60, Duration.ofHours(12).minus(Duration.ofSeconds(1)));
        List<String> before = story.releases();
        story.ticks(1, MINUTE);

        assertThat(before).containsExactly("five", "four", "one", "three", "two");
        assertThat(story.releases()).containsExactly("five", "four", "three");
    }

    @Test
    void aRepairedReleaseIsNoSecondWayBack() {
        begin(1, MINUTE, host -> host.keepReleases(2));
        story.installed("one", "two");
        story.damaged();
        clock.advance(Duration.ofMillis(1));
        story.node().repair(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER), "tester");

        story.ticks(1, HOUR);

        story.rollback();
        story.assertLive("one");
    }

    @Test
    void readersOfWhatWasPutBackHaveTheirGrace() {
        begin(1, HOUR, host -> host.healthProbe((workspace, change, deadline) -> Health.unhealthy("no"), BRIEF));
        story.installed("one");
        story.updated("two");

        story.installed("three");

        story.ticks(59, MINUTE);
        List<String> within = story.releases();
        story.ticks(2, MINUTE);

        assertThat(within).containsExactly("one", "three", "two");
        assertThat(story.releases()).containsExactly("one", "three");
    }

    final void begin(int nodes, Duration grace) {
        begin(nodes, grace, host -> host);
    }

    @Test
    void aReleaseIsChosenFromThoseThatAreThereAndTheReasonIsAudited() {
        begin(1, HOUR);
        story.installed("one", "two", "three");
        List<RetainedRelease> there =
                story.node().releases(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER));
        Stamp oldest = there.get(2).release().stamp();

        story.node()
                .rollback(
                        new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER),
                        oldest,
                        "alice",
                        "two and three lose data");

        story.assertLive("one");
        assertThat(there).hasSize(3);
        assertThat(there).extracting(RetainedRelease::live).containsExactly(true, false, false);
        assertThat(story.audit())
                .anySatisfy(entry -> assertThat(entry.outcome()).isEqualTo("two and three lose data"));
        assertThat(story.node().releases(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER)))
                .extracting(RetainedRelease::bad)
                .containsExactly(true, false, false);
    }

    @Test
    void aReleaseThatIsGoneOrInstalledIsNotRolledBackTo() {
        begin(1, HOUR);
        story.installed("one", "two");
        Stamp live = story.node()
                .releases(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER))
                .get(0)
                .release()
                .stamp();

        assertRefused(live, Reason.CONFLICT);
        assertRefused(Stamp.of(clock.instant(), 77), Reason.NOTHING_TO_ROLL_BACK);
        story.assertLive("two");
    }

    private void assertRefused(Stamp stamp, Reason reason) {
        assertThatThrownBy(() -> story.node()
                        .rollback(
                                new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER), stamp, "alice", "so"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void begin(int nodes, Duration grace, UnaryOperator<HoldfastBuilder> settings) {
        story = new RetentionStory(clock, store(clock), root).nodes(nodes, grace, settings);
    }
}
