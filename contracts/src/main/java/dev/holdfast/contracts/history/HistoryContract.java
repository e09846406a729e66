package dev.holdfast.contracts.history;

import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.contracts.store.DriftLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of a few workspaces on two nodes over the store under test: pushes, sweeps, decisions, installs,
 * rollbacks, crashes at any step, hours that pass. After every step it is checked what must always hold, and at the end
 * that all comes to rest. Extend it beside {@link DriftLifeContract}.
 *
 * <p>What fails is printed as the shortest list of steps that was found to fail, with the seed;
 * {@code -Dholdfast.seed=...} runs that history alone.
 */
@ExtendWith({HistorySeed.class, Sample.Given.class})
public abstract class HistoryContract {

    private static final int STEPS = 60;

    @TempDir
    private Path scratch;

    private int runs;

    /** For subclasses. */
    protected HistoryContract() {}

    /** Returns an empty store whose times are measured by {@code clock}. Called for every history. */
    protected abstract TrackingStore store(MutableClock clock);

    /** Returns how many histories are tried where all are asked for; a twentieth of them is tried in every build. */
    protected abstract int histories();

    @Test
    void whateverHappensWhatMustHoldHolds(OptionalLong seed) {
        tryHistories(seed, Math.max(1, histories() / 20));
    }

    /** As {@link #whateverHappensWhatMustHoldHolds(OptionalLong)}, at length. */
    @Tag("property")
    @Test
    void whateverHappensAtLengthWhatMustHoldHolds(OptionalLong seed, Sample sample) {
        tryHistories(seed, sample.of(histories()));
    }

    private void tryHistories(OptionalLong seed, int most) {
        long first = seed.orElseGet(System::nanoTime);
        int count = seed.isPresent() ? 1 : most;
        System.out.println(getClass().getSimpleName() + ": " + count + " histories of " + STEPS
                + " steps, -Dholdfast.seed=" + first + " and following");
        for (int i = 0; i < count; i++) {
            List<HistoryStep> steps = HistoryStep.draw(first + i, STEPS);
            Optional<AssertionError> failure = failure(steps);
            if (failure.isPresent()) {
                List<HistoryStep> fewest = fewest(steps);
                throw new AssertionError(
                        "-Dholdfast.seed=" + (first + i) + " fails, also with these steps alone: " + fewest,
                        failure(fewest).or(() -> failure).get());
            }
        }
    }

    /** Leaves out what is not needed for the failure, the last steps first. */
    private List<HistoryStep> fewest(List<HistoryStep> failing) {
        List<HistoryStep> left = new ArrayList<>(failing);
        for (int i = left.size() - 1; i >= 0; i--) {
            HistoryStep without = left.remove(i);
            if (failure(left).isEmpty()) {
                left.add(i, without);
            }
        }
        return left;
    }

    private Optional<AssertionError> failure(List<HistoryStep> steps) {
        MutableClock clock = MutableClock.create();
        Path root = scratch.resolve("history-" + ++runs);
        try (HistoryWorld world = new HistoryWorld(clock, store(clock), root)) {
            HistoryChecks checks = new HistoryChecks(world);
            for (HistoryStep step : steps) {
                step.takeIn(world);
                checks.afterStep(step);
            }
            checks.atTheEnd();
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(e);
        } finally {
            remove(root);
        }
    }

    private static void remove(Path root) {
        try {
            if (Files.exists(root)) {
                FileTree.delete(root);
            }
        } catch (RuntimeException left) {
            // The directory of the test goes with it.
        }
    }
}
