package dev.holdfast.examples.e2e.months;

import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens is drawn, in every build the same; {@code -Dholdfast.seed} draws it anew. */
final class YearTest {

    private static final Duration EVERY = Duration.ofHours(8);

    @TempDir
    private Path root;

    @Test
    void sixWeeksOfFourNodesLoseNothing() {
        year(40, 2026).run();
    }

    @Tag("endurance")
    @Test
    void aYearOfFourNodesLosesNothing() throws Exception {
        YearPage.write(
                "memory",
                year(Integer.getInteger("holdfast.days", 400), System.nanoTime())
                        .run());
    }

    private Year year(int days, long otherwise) {
        long seed = Long.getLong("holdfast.seed", otherwise);
        return new Year(new Year.Length(days, EVERY), seed, InMemoryTrackingStore::create, root);
    }
}
