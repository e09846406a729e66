package dev.holdfast;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.internal.Durations;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Forgets old history: when it is told to, and about once a day beside a loop. Several nodes that do so do not hurt.
 */
final class Pruner {

    private static final int AT_A_TIME = 5000;
    private static final Duration EVERY = Duration.ofHours(24);
    private static final Duration AFTER_START = Duration.ofMinutes(60);

    /** More than a node keeps: another may be set to keep one more, and an update on probation is a revision too. */
    private static final int SPARE = 2;

    private final Engine engine;
    private final AuditTrail auditTrail;
    private final Clock clock;

    @Nullable private Instant due;

    Pruner(Engine engine, AuditTrail auditTrail) {
        this.engine = engine;
        this.auditTrail = auditTrail;
        this.clock = engine.rules().clock();
    }

    long prune(Duration olderThan) {
        Durations.atLeast(
                "retention", olderThan, "grace", engine.timings().grace(), "releases are kept for it by their history");
        int revisions = engine.rules().keepReleases() + SPARE;
        return Pruning.first(olderThan, revisions, AT_A_TIME)
                .allIn(engine.store().history());
    }

    /** Does so if a day has passed; the first time within an hour, so that nodes that start together part. */
    synchronized void pruneWhenDue() {
        Instant now = clock.instant();
        if (due == null) {
            due = now.plusSeconds(ThreadLocalRandom.current().nextLong(AFTER_START.toSeconds()));
        }
        if (!now.isBefore(due)) {
            due = now.plus(EVERY);
            // What was changed is told before it is old enough to go.
            auditTrail.verify();
            prune(engine.rules().retention());
        }
    }
}
