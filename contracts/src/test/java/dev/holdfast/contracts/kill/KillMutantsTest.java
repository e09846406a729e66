package dev.holdfast.contracts.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The harness is worth something only if it finds mistakes: each mutant has one that was made before, and is caught.
 */
final class KillMutantsTest {

    @TempDir
    private Path directory;

    @Test
    void anEngineWithoutAMistakePasses() {
        assertThat(dying(Mutant::new, KillOperation.UPGRADE, "in script 1 ")).isEmpty();
        assertThat(stalling(Mutant::new, KillOperation.ROLLBACK, "in script 1 "))
                .isEmpty();
    }

    @Test
    void aSwapBeforeTheReleaseIsInItsPlaceIsCaught() {
        assertThat(dying(SwapFirst::new, KillOperation.UPGRADE, "in script 1 "))
                .anyMatch(violation -> violation.contains("cannot be read"));
    }

    private static final class SwapFirst extends Mutant {

        SwapFirst(DeliveryTarget target) {
            super(target);
        }

        @Override
        List<FileStep> changed(List<FileStep> steps, TargetSession session) {
            return steps.stream()
                    .sorted(Comparator.comparing(step -> step instanceof FileStep.Rename rename
                            && rename.from().startsWith(".staging")))
                    .toList();
        }
    }

    @Test
    void aSwapBeforeTheMarkerIsThereIsCaught() {
        assertThat(dying(MarkerAfterSwap::new, KillOperation.UPGRADE, "in script 1 "))
                .anyMatch(violation -> violation.contains(Mutant.MARKER));
    }

    private static final class MarkerAfterSwap extends Mutant {

        private String marker = "";

        MarkerAfterSwap(DeliveryTarget target) {
            super(target);
        }

        @Override
        List<Held> changed(List<Held> entries) {
            marker = entries.get(entries.size() - 1).text();
            return entries.subList(0, entries.size() - 1);
        }

        @Override
        List<FileStep> changed(List<FileStep> steps, TargetSession session) {
            List<FileStep> changed = new ArrayList<>(steps);
            changed.removeIf(FileStep.Require.class::isInstance);
            steps.stream()
                    .filter(step -> step instanceof FileStep.Rename rename
                            && rename.from().startsWith(".staging")
                            && rename.to().startsWith(".releases"))
                    .map(step -> ((FileStep.Rename) step).to() + "/" + MARKER)
                    .forEach(path -> changed.add(new FileStep.WriteFile(path, marker)));
            return changed;
        }
    }

    @Test
    void aMarkerBeforeTheContentIsCaught() {
        assertThat(dying(MarkerFirst::new, KillOperation.INSTALL, "in upload 1 "))
                .anyMatch(violation -> violation.contains("no whole version"));
    }

    private static final class MarkerFirst extends Mutant {

        MarkerFirst(DeliveryTarget target) {
            super(target);
        }

        @Override
        List<Held> changed(List<Held> entries) {
            return entries.stream()
                    .sorted(Comparator.comparing(held -> !held.isMarker()))
                    .toList();
        }
    }

    @Test
    void aSwapWithoutAFenceIsCaught() {
        assertThat(stalling(Unfenced::new, KillOperation.ROLLBACK, "in script 1 "))
                .anyMatch(violation -> violation.contains("v9.0.0 is recorded, and v1.0.0 is live"));
    }

    private static final class Unfenced extends Mutant {

        Unfenced(DeliveryTarget target) {
            super(target);
        }

        @Override
        List<FileStep> changed(List<FileStep> steps, TargetSession session) {
            return steps.stream()
                    .filter(step ->
                            !(step instanceof FileStep.RequireNoneAbove) && !(step instanceof FileStep.RemoveBelow))
                    .toList();
        }
    }

    /** Known failure: every failed command looked like success, and the next one was run. */
    @Test
    void aFailedStepThatIsIgnoredIsCaught() {
        assertThat(stalling(Careless::new, KillOperation.UPGRADE, "before script "))
                .anyMatch(violation -> violation.contains("cannot be read"));
    }

    private static final class Careless extends Mutant {

        Careless(DeliveryTarget target) {
            super(target);
        }

        @Override
        ScriptResult run(TargetSession session, List<FileStep> steps) {
            steps.forEach(step -> session.run(FileScript.of(step)));
            return new ScriptResult.Completed();
        }
    }

    /** After a rollback the newest releases are not the good ones. */
    @Test
    void aCollectionThatOnlyCountsIsCaught() {
        assertThat(dying(CountOnly::new, KillOperation.ROLLBACK, "at the end"))
                .anyMatch(violation -> violation.contains("cannot be read"));
    }

    private static final class CountOnly extends Mutant {

        CountOnly(DeliveryTarget target) {
            super(target);
        }

        @Override
        List<FileStep> changed(List<FileStep> steps, TargetSession session) {
            List<FileStep> collected = steps.stream()
                    .filter(step -> step instanceof FileStep.RemoveTree tree
                            && tree.path().startsWith(".releases/greeter/"))
                    .toList();
            if (collected.isEmpty()) {
                return steps;
            }
            List<FileStep> changed = new ArrayList<>(steps);
            int at = changed.indexOf(collected.get(0));
            changed.removeAll(collected);
            changed.removeIf(step ->
                    step instanceof FileStep.Rename rename && rename.from().endsWith("/" + MARKER));
            session.list(".releases/greeter").stream()
                    .map(Entry::name)
                    .sorted(Comparator.reverseOrder())
                    .skip(KillPlace.KEPT)
                    .forEach(stamp -> changed.add(at - 1, new FileStep.RemoveTree(".releases/greeter/" + stamp)));
            return changed;
        }
    }

    private List<String> dying(UnaryOperator<DeliveryTarget> mutant, KillOperation operation, String points) {
        return violations(mutant, operation, points, (story, point) -> {
            Failpoints failpoints = Failpoints.at(point::equals, Killed.DEATH);
            assertThat(catchThrowable(() -> operation.perform(story.place(), failpoints)))
                    .isInstanceOf(Killed.class);
            story.recoverAndCheck(operation);
        });
    }

    private List<String> stalling(UnaryOperator<DeliveryTarget> mutant, KillOperation operation, String points) {
        return violations(mutant, operation, points, (story, point) -> story.stallAndCheck(operation, point));
    }

    private interface Cell {
        void run(KillStory story, Failpoint point);
    }

    private List<String> violations(
            UnaryOperator<DeliveryTarget> mutant, KillOperation operation, String prefix, Cell cell) {
        Predicate<Failpoint> wanted = point -> point.name().startsWith(prefix);
        List<Failpoint> points = at(mutant, story -> story.points(operation)).stream()
                .filter(wanted)
                .toList();
        assertThat(points).isNotEmpty();
        return points.stream()
                .flatMap(point -> at(mutant, story -> {
                    story.prepare(operation);
                    Throwable violation = catchThrowable(() -> cell.run(story, point));
                    assertThat(violation == null || violation instanceof AssertionError)
                            .as("%s", violation)
                            .isTrue();
                    return Stream.ofNullable(violation).map(Throwable::getMessage);
                }))
                .toList();
    }

    private <T> T at(UnaryOperator<DeliveryTarget> mutant, java.util.function.Function<KillStory, T> question) {
        MutableClock clock = MutableClock.create();
        Path place = directory.resolve(UUID.randomUUID().toString());
        KillPlace healthy = new KillPlace(
                DirectoryTarget.create().durable(false),
                TargetAddress.parse("dir://" + place),
                InMemoryTrackingStore.create(clock),
                clock,
                directory.resolve(place.getFileName() + ".reloads"));
        try (KillStory story = KillStory.of(healthy.mutated(mutant), clock)) {
            return question.apply(story);
        }
    }
}
