package dev.holdfast.contracts.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dies, and stalls, at every point of every operation on the target under test, and checks what must hold. Extend it
 * beside {@code DeliveryTargetContract}.
 *
 * <p>Death is simulated within this process, by an {@link Error} that the engine does not catch and after which every
 * call fails; the store is in memory. So all cells of a local target take seconds. A matrix of real deaths needs a
 * process for each cell and a durable store; {@link KillStory} has what it takes.
 */
@ExtendWith(Sample.Given.class)
public abstract class KillContract {

    @TempDir
    private Path scratch;

    /** For subclasses. */
    protected KillContract() {}

    /** Returns the target under test. */
    protected abstract DeliveryTarget target();

    /** Returns an address that no cell has used. */
    protected abstract TargetAddress address();

    /** Whatever dies wherever, the plugin is one whole version, and recovery makes the record say which. */
    @Tag("kill")
    @TestFactory
    Stream<DynamicTest> whateverDiesThePluginIsOneWholeVersion(Sample sample) {
        return cells(sample).map(cell -> cell.test(() -> dies(cell)));
    }

    /** Whatever stalls wherever past its lease, what others did meanwhile stands when it wakes up. */
    @Tag("kill")
    @TestFactory
    Stream<DynamicTest> whateverStallsChangesNothingWhenItWakesUp(Sample sample) {
        return cells(sample).map(cell -> cell.test(() -> stalls(cell)));
    }

    /** As {@link #whateverDiesThePluginIsOneWholeVersion(Sample)}, one cell for each kind of point. */
    @TestFactory
    Stream<DynamicTest> whateverDiesAtAKindOfPointThePluginIsOneWholeVersion() {
        return slice().map(cell -> cell.test(() -> dies(cell)));
    }

    /** As {@link #whateverStallsChangesNothingWhenItWakesUp(Sample)}, one cell for each kind of point. */
    @TestFactory
    Stream<DynamicTest> whateverStallsAtAKindOfPointChangesNothingWhenItWakesUp() {
        return slice().map(cell -> cell.test(() -> stalls(cell)));
    }

    private record Cell(KillOperation operation, Failpoint point) {

        DynamicTest test(Executable body) {
            return DynamicTest.dynamicTest(operation + " " + point, () -> {
                try {
                    body.execute();
                } catch (AssertionError e) {
                    throw new AssertionError(operation + " " + point + ": " + e.getMessage(), e);
                }
            });
        }
    }

    private void dies(Cell cell) {
        try (KillStory story = story()) {
            story.prepare(cell.operation());
            Failpoints points = Failpoints.at(cell.point()::equals, Killed.DEATH);
            Throwable death = catchThrowable(() -> cell.operation().perform(story.place(), points));
            assertThat(points.reached()).as("reached").isTrue();
            assertThat(death).isInstanceOf(Killed.class);

            story.recoverAndCheck(cell.operation());
        }
    }

    private void stalls(Cell cell) {
        try (KillStory story = story()) {
            story.prepare(cell.operation());

            story.stallAndCheck(cell.operation(), cell.point());
        }
    }

    private Stream<Cell> cells(Sample sample) {
        return cells().filter(cell -> sample.takes(cell.point().number()));
    }

    private Stream<Cell> cells() {
        return Stream.of(KillOperation.values()).flatMap(operation -> {
            try (KillStory story = story()) {
                return story.points(operation).stream().map(point -> new Cell(operation, point));
            }
        });
    }

    private Stream<Cell> slice() {
        Set<String> kinds = new HashSet<>();
        return cells().filter(cell -> kinds.add(cell.point().kind()));
    }

    private KillStory story() {
        MutableClock clock = MutableClock.create();
        return KillStory.of(
                target(),
                address(),
                InMemoryTrackingStore.create(clock),
                clock,
                scratch.resolve("reloads-" + UUID.randomUUID()));
    }
}
