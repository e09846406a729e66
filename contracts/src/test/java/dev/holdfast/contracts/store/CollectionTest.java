package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.CollectReport;
import dev.holdfast.Health;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When collections look, what they leave behind, and what becomes of what cannot be removed. */
final class CollectionTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final MutableClock clock = MutableClock.create();
    private final TrackingStore store = InMemoryTrackingStore.create(clock);
    private final StubbornTarget target =
            new StubbornTarget(DirectoryTarget.create().durable(false));

    @TempDir
    private Path root;

    private RetentionStory story;

    @BeforeEach
    void begin() {
        story = new RetentionStory(clock, store, root, target).nodes(2, HOUR, host -> host.keepReleases(1));
    }

    @AfterEach
    void end() {
        story.close();
    }

    @Test
    void aPluginThatNothingHappensToIsNotLookedAt() {
        story.installed("one");
        story.ticks(120, MINUTE);
        int opened = target.opened();
        int audited = story.audited().size();

        story.ticks(60 * 24, MINUTE);

        assertThat(target.opened()).isEqualTo(opened);
        assertThat(story.audited()).hasSize(audited);
    }

    @Test
    void aLookThatFindsNothingLeavesNoTrace() {
        story.installed("one");
        story.events().clear();

        story.ticks(120, MINUTE);

        assertThat(story.audited()).containsExactly("install");
        assertThat(story.node().operations(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER)))
                .hasSize(1);
        assertThat(story.events()).isEmpty();
    }

    @Test
    void anAbsentTargetIsAskedEverMoreSeldom() {
        story.installed("one", "two", "three");
        int opened = target.opened();

        story.whileAway(() -> story.ticks(60 * 24, MINUTE));
        int whileAway = target.opened() - opened;
        story.ticks(60 * 7, MINUTE);

        assertThat(whileAway).isZero();
        assertThat(story.audited()).filteredOn("collect"::equals).hasSize(1);
        assertThat(story.releases()).containsExactly("three", "two");
    }

    @Test
    void oneReleaseThatCannotBeRemovedKeepsNoOther() throws IOException {
        story.installed("one", "two", "three", "four", "five", "six");
        String stuck = release("two");
        target.keep(stuck);

        clock.advance(HOUR.plus(MINUTE));
        CollectReport report = story.collect();

        assertThat(report.releases()).isEqualTo(3);
        assertThat(report.failed()).isZero();
        assertThat(report.stuck()).extracting(CollectReport.Stuck::path).containsExactly(stuck);
        assertThat(story.releases())
                .as("with a marker: the live one and the one before it")
                .containsExactly("five", "six");
        assertThat(story.node().health().verdict()).isEqualTo(Health.Verdict.DEGRADED);
        assertThat(story.node().health().problems()).anyMatch(problem -> problem.contains(stuck));
    }

    @Test
    void whatIsStuckIsToldOnceAndTriedAgainUntilItGoes() throws IOException {
        story.installed("one", "two", "three", "four");
        String stuck = release("two");
        target.keep(stuck);
        story.ticks(60 * 24, MINUTE);
        List<HoldfastEvent> told = story.events().stream()
                .filter(HoldfastEvent.RemovalStuck.class::isInstance)
                .toList();
        List<String> audited = story.audited();

        target.letGo();
        story.ticks(60 * 7, MINUTE);

        assertThat(told).hasSize(1);
        assertThat(audited).filteredOn("collect"::equals).hasSize(1);
        assertThat(root.resolve(stuck)).doesNotExist();
        assertThat(story.node().health().problems()).noneMatch(problem -> problem.contains("cannot be removed"));
    }

    @Test
    void anUninstalledPluginWithAStuckReleaseIsForgottenOnceThatGoes() throws IOException {
        story.installed("one", "two", "three");
        target.keep(release("two"));
        story.node().uninstall(new InstallKey(RetentionStory.WORKSPACE, RetentionStory.GREETER), "tester");
        story.ticks(90, MINUTE);
        List<Path> left = RetentionStory.entries(root.resolve(".releases/greeter"));

        target.letGo();
        story.ticks(60 * 7, MINUTE);

        assertThat(left).hasSize(1);
        assertThat(RetentionStory.entries(root.resolve(".releases"))).isEmpty();
        assertThat(store.places().list(Page.Request.first(10)).items()).isEmpty();
    }

    @Test
    void thousandsOfLeftOversGoInCommandsThatAnyServerTakes() throws IOException {
        story.installed("one", "two");
        Path releases = root.resolve(".releases/greeter");
        for (int i = 0; i < 2000; i++) {
            Path old = Files.createDirectories(releases.resolve("20200101T%06d000Z-aaaaaaaaaa".formatted(at(i))));
            Files.writeString(old.resolve(".complete"), "x");
            Files.createDirectories(root.resolve(".staging/greeter/20200101T%06d000Z-bbbbbbbbbb".formatted(at(i))));
        }

        CollectReport report = story.collect();

        assertThat(report.releases()).isEqualTo(2000);
        assertThat(target.longestCommand()).isLessThan(8000);
        assertThat(RetentionStory.entries(root.resolve(".staging/greeter"))).isEmpty();
        story.rollback();
        story.assertLive("one");
    }

    @Test
    void twoNodesDoNotCollectTheSamePlaceTwice() {
        story.installed("one", "two", "three");

        story.ticks(120, MINUTE);

        assertThat(story.audited()).filteredOn("collect"::equals).hasSize(1);
        assertThat(story.events().stream().filter(HoldfastEvent.Collected.class::isInstance))
                .hasSize(1);
    }

    @Test
    void goodReleasesThatWereReplacedLongAgoGoButNotTheLastTwo() {
        story.close();
        story = new RetentionStory(clock, store, root, target)
                .nodes(1, HOUR, host -> host.keepReleases(5).keepFor(Duration.ofDays(30)));
        story.installed("one", "two", "three", "four");

        story.ticks(29, Duration.ofDays(1));
        List<String> before = story.releases();
        story.ticks(2, Duration.ofDays(1));

        assertThat(before).containsExactly("four", "one", "three", "two");
        assertThat(story.releases()).containsExactly("four", "three");
        story.ticks(365, Duration.ofDays(1));
        assertThat(story.releases()).containsExactly("four", "three");
    }

    private static int at(int number) {
        return number / 60 / 60 * 10_000 + number / 60 % 60 * 100 + number % 60;
    }

    /** Returns the path of the release that says so. */
    private String release(String text) throws IOException {
        for (Path path : RetentionStory.entries(root.resolve(".releases/greeter"))) {
            if (Files.readString(path.resolve("SKILL.md")).equals(text)) {
                return root.relativize(path).toString();
            }
        }
        throw new AssertionError("no release says " + text);
    }
}
