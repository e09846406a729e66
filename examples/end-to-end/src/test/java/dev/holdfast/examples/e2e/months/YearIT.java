package dev.holdfast.examples.e2e.months;

import dev.holdfast.examples.e2e.EndToEndDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On PostgreSQL: the same, with fewer rounds where nothing happens. */
@Tag("endurance")
final class YearIT {

    @TempDir
    private Path root;

    @Test
    void aYearOfFourNodesLosesNothing() throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        int days = Integer.getInteger("holdfast.days", 400);
        StatementCount statements = new StatementCount();
        Year year = new Year(
                new Year.Length(days, Duration.ofHours(12)),
                seed,
                clock -> EndToEndDatabase.store(statements::around, clock),
                root);

        Map<String, String> figures = year.run();

        figures.put("statements a day", Long.toString(statements.count() / days));
        YearPage.write("PostgreSQL", figures);
    }
}
