package dev.holdfast.contracts.history;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight callers at once in four workspaces, with two sources and three addresses, two of which are one directory: they
 * install, upgrade, roll back, repair and uninstall as they please, and some die in the middle. Whoever wins, in the
 * end what is live is what is recorded, and nothing else is. Extend it beside {@link HistoryContract}.
 *
 * <p>What fails prints its seed; {@code -Dholdfast.seed=...} draws the same wishes again. How they meet is for the
 * machine to decide.
 */
@ExtendWith(HistorySeed.class)
public abstract class RivalsContract {

    @TempDir
    private Path scratch;

    /** For subclasses. */
    protected RivalsContract() {}

    /** Returns an empty store whose times are measured by {@code clock}. Called for every history. */
    protected abstract TrackingStore store(MutableClock clock);

    /** Returns how many histories are tried where all are asked for; a hundredth of them is tried in every build. */
    protected abstract int histories();

    @Test
    void whoeverWinsWhatIsLiveIsWhatIsRecorded(OptionalLong seed) throws Exception {
        tryHistories(seed, Math.max(1, histories() / 100));
    }

    /** As {@link #whoeverWinsWhatIsLiveIsWhatIsRecorded(OptionalLong)}, at length. */
    @Tag("endurance")
    @Test
    void whoeverWinsAtLengthWhatIsLiveIsWhatIsRecorded(OptionalLong seed) throws Exception {
        tryHistories(seed, histories());
    }

    private void tryHistories(OptionalLong seed, int most) throws Exception {
        long first = seed.orElseGet(System::nanoTime);
        System.out.println(getClass().getSimpleName() + ": " + most + " histories of rivals, -Dholdfast.seed=" + first
                + " and following");
        for (int i = 0; i < most; i++) {
            MutableClock clock = MutableClock.create();
            Path root = Files.createDirectory(scratch.resolve("rivals-" + i));
            try (RivalsWorld world = new RivalsWorld(clock, store(clock), root, first + i)) {
                world.run();
                world.check();
            } catch (AssertionError e) {
                throw new AssertionError("-Dholdfast.seed=" + (first + i) + " fails: " + e.getMessage(), e);
            }
            FileTree.delete(root);
        }
    }
}
