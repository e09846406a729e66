package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** What each loop costs in one pass over all installs when nothing is to be done. */
final class StoreIdle {

    private static final int ROUNDS = 5;
    /** A pass that takes longer is measured once. */
    private static final long LONG_MILLIS = 10_000;

    private static final Map<String, Consumer<Holdfast>> LOOPS = loops();

    private StoreIdle() {}

    private static Map<String, Consumer<Holdfast>> loops() {
        Map<String, Consumer<Holdfast>> loops = new LinkedHashMap<>();
        loops.put("recover", Holdfast::recover);
        loops.put("sweep", holdfast -> holdfast.sweeper().sweep());
        loops.put("policy", holdfast -> holdfast.updates().applyDue());
        loops.put("collect", Holdfast::collect);
        loops.put("inspect", holdfast -> holdfast.inspections().inspect());
        loops.put("seal", holdfast -> holdfast.auditTrail().seal());
        return loops;
    }

    private record Pass(long statements, long micros) {}

    static void measure(Report report, DataSource source) throws Exception {
        StringBuilder table = new StringBuilder("""
                ## Idle passes

                One pass of each loop over all installs, when nothing is due, the median of %d; its first pass comes before.

                | loop | statements | ms |
                |---|---:|---:|
                """.formatted(ROUNDS));
        long statements = 0;
        try (Connection connection = source.getConnection()) {
            CountingDatabase database = new CountingDatabase(connection);
            try (Holdfast holdfast = holdfast(database.source())) {
                for (Map.Entry<String, Consumer<Holdfast>> loop : LOOPS.entrySet()) {
                    Pass pass = pass(database, () -> loop.getValue().accept(holdfast));
                    statements += pass.statements();
                    table.append(String.format(
                            Locale.ROOT,
                            "| %s | %d | %.1f |%n",
                            loop.getKey(),
                            pass.statements(),
                            pass.micros() / 1000.0));
                }
            }
        }
        report.note(table.toString());
        report.count("store-statements-of-an-idle-pass-of-all-loops", statements);
    }

    private static Holdfast holdfast(DataSource source) {
        return Holdfast.builder()
                .resolver(ScriptedResolver.forScheme("scripted"))
                .target(DirectoryTarget.create())
                .store(JdbcTrackingStore.over(source))
                .build();
    }

    private static Pass pass(CountingDatabase database, Runnable loop) {
        Pass first = once(database, loop);
        if (TimeUnit.MICROSECONDS.toMillis(first.micros()) > LONG_MILLIS) {
            return first;
        }
        List<Pass> passes = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            passes.add(once(database, loop));
        }
        passes.sort((one, other) -> Long.compare(one.micros(), other.micros()));
        return passes.get(ROUNDS / 2);
    }

    private static Pass once(CountingDatabase database, Runnable loop) {
        database.statements();
        long began = System.nanoTime();
        loop.run();
        return new Pass(database.statements(), TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began));
    }
}
