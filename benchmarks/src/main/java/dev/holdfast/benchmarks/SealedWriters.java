package dev.holdfast.benchmarks;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.benchmarks.Rounds.Timings;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Eight writers of audit entries in PostgreSQL, one transaction each, with the sealer beside them and without. */
final class SealedWriters {

    private static final int WRITERS = 8;
    private static final int EACH = 100;
    private static final Duration BETWEEN_SEALS = Duration.ofMillis(200);

    private final int rounds;

    SealedWriters(int rounds) {
        this.rounds = rounds;
    }

    void measure(Report report) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.start()) {
            JdbcTrackingStore store = JdbcTrackingStore.over(server.dataSource());
            store.migrate();
            AuditTrail trail = new AuditTrail(store.auditChain(), event -> {}, Clock.systemUTC());
            Timings timings = new Rounds(rounds)
                    .between(trail::seal)
                    .way("writers alone", () -> Rounds.time(() -> write(threads, store)))
                    .way("writers with the sealer", () -> sealed(threads, store, trail))
                    .measure();
            report.timings(
                    "%d audit entries by %d writers, sealed every %d ms or not"
                            .formatted(WRITERS * EACH, WRITERS, BETWEEN_SEALS.toMillis()),
                    timings);
            report.ratio("seal-writers-with/without", timings.ratio("writers with the sealer", "writers alone"));
            report.count("seal-unsealed-at-the-end", store.auditChain().head().unsealed());
            report.count("seal-broken", trail.verify().broken().isPresent() ? 1 : 0);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long sealed(ExecutorService threads, JdbcTrackingStore store, AuditTrail trail) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Future<?> sealer = threads.submit(() -> {
            while (!done.get()) {
                trail.seal();
                LockSupport.parkNanos(BETWEEN_SEALS.toNanos());
            }
        });
        long nanos = Rounds.time(() -> write(threads, store));
        done.set(true);
        sealer.get(1, TimeUnit.MINUTES);
        return nanos;
    }

    private static void write(ExecutorService threads, JdbcTrackingStore store) throws Exception {
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            AuditEntry entry = entry("ws-" + writer);
            writers.add(() -> {
                for (int i = 0; i < EACH; i++) {
                    store.audit().append(entry);
                }
                return true;
            });
        }
        for (Future<Boolean> writer : threads.invokeAll(writers)) {
            writer.get();
        }
    }

    private static AuditEntry entry(String workspace) {
        return AuditEntry.of("benchmark", "dismiss", "an entry of usual length, as decisions of operators have")
                .about(InstallKey.of(workspace, "greeter"));
    }
}
