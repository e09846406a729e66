package dev.holdfast;

import dev.holdfast.spi.ImageDigest;
import dev.holdfast.spi.ImageLedger;
import dev.holdfast.spi.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Remembers attempts in the memory of this process: for tests, and for hosts that can do without what happened before they
 * started. Where the runtime tells what containers run, that costs nothing but the history and the waiting times.
 *
 * <p>One lock guards all of it. Several watchers in one process may share an instance as several nodes share a database.
 */
public final class InMemoryImageLedger implements ImageLedger {

    private final Clock clock;
    private final Map<WatchedImage, Row> rows = new HashMap<>();
    private long lastToken;

    private record Row(
            ImageDigest observed,
            Optional<ImageDigest> committed,
            int attempts,
            Optional<String> lastError,
            Optional<Instant> retryAt,
            Instant changedAt,
            long token,
            Optional<Instant> leaseUntil) {

        static Row fresh(ImageDigest observed, Optional<ImageDigest> committed, Instant now, Row before) {
            return new Row(
                    observed, committed, 0, Optional.empty(), Optional.empty(), now, before.token, before.leaseUntil);
        }

        Row held(long newToken, Optional<Instant> until, Instant now) {
            return new Row(observed, committed, attempts, lastError, retryAt, now, newToken, until);
        }

        Entry entry(WatchedImage key) {
            Phase phase = leaseUntil.isPresent()
                    ? Phase.REFRESHING
                    : committed.equals(Optional.of(observed)) ? Phase.COMMITTED : Phase.OBSERVED;
            return new Entry(key, observed, phase, committed, attempts, lastError, retryAt, changedAt);
        }
    }

    private InMemoryImageLedger(Clock clock) {
        this.clock = clock;
    }

    /** Returns an empty ledger that measures time by the system's clock. */
    public static InMemoryImageLedger create() {
        return create(Clock.systemUTC());
    }

    /** Returns an empty ledger that measures time by {@code clock}. */
    public static InMemoryImageLedger create(Clock clock) {
        return new InMemoryImageLedger(clock);
    }

    @Override
    public synchronized Entry observe(WatchedImage key, ImageDigest digest, boolean seeds) {
        Instant now = clock.instant();
        Row row = rows.get(key);
        if (row == null) {
            Row nothing =
                    new Row(digest, Optional.empty(), 0, Optional.empty(), Optional.empty(), now, 0, Optional.empty());
            row = Row.fresh(digest, seeds ? Optional.of(digest) : Optional.empty(), now, nothing);
            rows.put(key, row);
        } else if (!row.observed().equals(digest)) {
            row = Row.fresh(digest, row.committed(), now, row);
            rows.put(key, row);
        }
        return row.entry(key);
    }

    @Override
    public synchronized Optional<Attempt> begin(WatchedImage key, ImageDigest digest, String node, Duration lease) {
        Instant now = clock.instant();
        Row row = rows.get(key);
        if (row == null
                || !row.observed().equals(digest)
                || row.leaseUntil().filter(until -> until.isAfter(now)).isPresent()
                || row.retryAt().filter(at -> at.isAfter(now)).isPresent()) {
            return Optional.empty();
        }
        lastToken++;
        rows.put(key, row.held(lastToken, Optional.of(now.plus(lease)), now));
        return Optional.of(new Attempt(key, digest, lastToken, row.attempts()));
    }

    @Override
    public synchronized boolean extend(Attempt attempt, Duration lease) {
        return write(
                attempt,
                row -> row.held(row.token(), Optional.of(clock.instant().plus(lease)), row.changedAt()));
    }

    @Override
    public synchronized boolean commit(Attempt attempt) {
        return write(attempt, row -> {
            Row ended = row.held(row.token(), Optional.empty(), clock.instant());
            boolean moved = !row.observed().equals(attempt.digest());
            return new Row(
                    row.observed(),
                    Optional.of(attempt.digest()),
                    moved ? row.attempts() : 0,
                    moved ? row.lastError() : Optional.empty(),
                    moved ? row.retryAt() : Optional.empty(),
                    ended.changedAt(),
                    ended.token(),
                    ended.leaseUntil());
        });
    }

    @Override
    public synchronized boolean fail(Attempt attempt, Reason reason, String message, Duration wait) {
        Instant now = clock.instant();
        return write(
                attempt,
                row -> row.observed().equals(attempt.digest())
                        ? new Row(
                                row.observed(),
                                row.committed(),
                                row.attempts() + 1,
                                Optional.of(reason + ": " + message),
                                Optional.of(now.plus(wait)),
                                now,
                                row.token(),
                                Optional.empty())
                        : row.held(row.token(), Optional.empty(), now));
    }

    @Override
    public synchronized Optional<Entry> find(WatchedImage key) {
        return Optional.ofNullable(rows.get(key)).map(row -> row.entry(key));
    }

    /** Changes the row that an attempt holds; the newest token holds it until the attempt ends. */
    private boolean write(Attempt attempt, UnaryOperator<Row> change) {
        Row row = rows.get(attempt.key());
        if (row == null || row.token() != attempt.token() || row.leaseUntil().isEmpty()) {
            return false;
        }
        rows.put(attempt.key(), change.apply(row));
        return true;
    }
}
