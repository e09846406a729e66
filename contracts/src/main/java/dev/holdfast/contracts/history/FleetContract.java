package dev.holdfast.contracts.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of two hundred workspaces and five nodes that die as they please: a bad release runs in its first ring at
 * most, and nowhere else after the halt; a good one reaches everybody; nothing is applied twice. Extend it beside
 * {@link RivalsContract}.
 *
 * <p>What fails prints its seed; {@code -Dholdfast.seed=...} lets the same nodes die at the same calls again. How they
 * meet is for the machine to decide.
 */
@ExtendWith(HistorySeed.class)
public abstract class FleetContract {

    private static final int WORKSPACES = 200;
    private static final int FIRST_RING = 10;
    private static final int BRIEF = 40;

    @TempDir
    private Path scratch;

    /** For subclasses. */
    protected FleetContract() {}

    /** Returns an empty store whose times are measured by {@code clock}. Called for every rollout. */
    protected abstract TrackingStore store(MutableClock clock);

    /** Returns how many rollouts are tried where all are asked for. */
    protected abstract int rollouts();

    @Test
    void aBadReleaseRunsInItsFirstRingAtMost(OptionalLong seed) throws Exception {
        badReleases(seed.orElseGet(System::nanoTime), 1, BRIEF);
    }

    @Test
    void aGoodReleaseReachesEverybodyOnce(OptionalLong seed) throws Exception {
        goodReleases(seed.orElseGet(System::nanoTime), 1, BRIEF);
    }

    /** As {@link #aBadReleaseRunsInItsFirstRingAtMost}, at length. */
    @Tag("endurance")
    @Test
    void aBadReleaseRunsAtLengthInItsFirstRingAtMost(OptionalLong seed) throws Exception {
        badReleases(seed.orElseGet(System::nanoTime), rollouts(), WORKSPACES);
    }

    /** As {@link #aGoodReleaseReachesEverybodyOnce}, at length. */
    @Tag("endurance")
    @Test
    void aGoodReleaseReachesAtLengthEverybodyOnce(OptionalLong seed) throws Exception {
        goodReleases(seed.orElseGet(System::nanoTime), rollouts(), WORKSPACES);
    }

    private void badReleases(long seed, int most, int workspaces) throws Exception {
        int worst = 0;
        for (int i = 0; i < most; i++) {
            try (FleetWorld world = world("bad-" + i, seed + i, workspaces)) {
                world.release(false);
                State end = world.rolledOut();
                int ran = world.ran().size();
                world.daysPass();

                assertThat(end).as(world.told()).isEqualTo(State.HALTED);
                assertThat(ran)
                        .as(world.told())
                        .isPositive()
                        .isLessThanOrEqualTo(Math.max(1, workspaces * FIRST_RING / WORKSPACES));
                assertThat(world.ran()).as("after the halt; " + world.told()).hasSize(ran);
                assertThat(world.live()).as(world.told()).isZero();
                assertThat(world.isLateInstallRefused()).as(world.told()).isTrue();
                worst = Math.max(worst, ran);
            }
        }
        System.out.println(getClass().getSimpleName() + ": " + most + " bad releases in " + workspaces
                + " workspaces, ran in at most " + worst + ", 0 after the halt; -Dholdfast.seed=" + seed
                + " and following");
    }

    private void goodReleases(long seed, int most, int workspaces) throws Exception {
        for (int i = 0; i < most; i++) {
            try (FleetWorld world = world("good-" + i, seed + i, workspaces)) {
                world.release(true);
                State end = world.rolledOut();

                assertThat(end).as(world.told()).isEqualTo(State.DONE);
                assertThat(world.live()).as(world.told()).isEqualTo(workspaces);
                assertThat(world.appliedTwice()).as(world.told()).isEmpty();
            }
        }
        System.out.println(getClass().getSimpleName() + ": " + most + " good releases reached " + workspaces + " of "
                + workspaces + " workspaces; -Dholdfast.seed=" + seed + " and following");
    }

    private FleetWorld world(String name, long seed, int workspaces) throws Exception {
        MutableClock clock = MutableClock.create();
        Path root = Files.createDirectory(scratch.resolve(name));
        return new FleetWorld(clock, store(clock), root, seed, workspaces);
    }
}
