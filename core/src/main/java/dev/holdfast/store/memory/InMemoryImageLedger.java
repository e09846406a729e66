package dev.holdfast.store.memory;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** What was seen of images, tried and put to work, beside the queue of updates that it offers them in. */
final class InMemoryImageLedger implements ImageLedger {

    private static final String ACTOR = "watcher";

    private final InMemoryTables tables;
    private final Map<WatchedImage, Row> rows = new HashMap<>();

    private record Row(
            ImageDigest observed,
            Optional<ImageDigest> committed,
            Optional<ImageRollout> rollout,
            long token,
            Optional<Instant> leaseUntil,
            Instant changedAt) {

        Row observed(ImageDigest digest, Instant now) {
            return new Row(digest, committed, rollout, token, leaseUntil, now);
        }

        Row committed(ImageDigest digest, Instant now) {
            return new Row(observed, Optional.of(digest), rollout, token, leaseUntil, now);
        }

        Row rollout(ImageRollout so, Instant now) {
            return new Row(observed, committed, Optional.of(so), token, leaseUntil, now);
        }

        Row withoutRollout() {
            return new Row(observed, committed, Optional.empty(), token, leaseUntil, changedAt);
        }

        Row begun(long number, Instant until, Instant now) {
            return new Row(observed, committed, rollout, number, Optional.of(until), now);
        }

        Row held(Optional<Instant> until, Instant now) {
            return new Row(observed, committed, rollout, token, until, now);
        }

        boolean isHeld(Instant now) {
            return leaseUntil.filter(until -> until.isAfter(now)).isPresent();
        }

        Phase phase() {
            return leaseUntil.isPresent()
                    ? Phase.REFRESHING
                    : committed.equals(Optional.of(observed)) ? Phase.COMMITTED : Phase.OBSERVED;
        }
    }

    InMemoryImageLedger(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Entry observe(WatchedImage key, ImageDigest digest, boolean seeds) {
        return tables.locked(() -> {
            Row row = rows.get(key);
            if (row == null) {
                Optional<ImageDigest> committed = seeds ? Optional.of(digest) : Optional.empty();
                row = new Row(digest, committed, Optional.empty(), 0, Optional.empty(), tables.now());
            } else if (!row.observed().equals(digest)) {
                row = row.observed(digest, tables.now());
            }
            rows.put(key, row);
            return entry(key, row);
        });
    }

    @Override
    public Settled settle(Entry seen, Comparison found) {
        Optional<Revision> stale = found.stale();
        return tables.locked(() -> {
            WatchedImage key = seen.key();
            Row row = rows.get(key);
            Optional<Update> open = tables.openUpdate(new ImageSubject(key));
            if (row == null) {
                return new Settled(seen, Optional.empty());
            }
            boolean outdated = row.token() != seen.token() || !row.observed().equals(seen.observed());
            boolean applying = open.filter(update -> update.status() == UpdateStatus.APPLYING)
                    .isPresent();
            Optional<Update> queued = outdated || applying || row.isHeld(tables.now())
                    ? Optional.empty()
                    : stale.isPresent() ? offered(key, row, open, stale.get()) : current(key, row, open);
            return new Settled(entry(key, rows.getOrDefault(key, row)), queued);
        });
    }

    private Optional<Update> current(WatchedImage key, Row row, Optional<Update> open) {
        open.ifPresent(update -> tables.move(update, UpdateStatus.RESOLVED, ACTOR));
        if (row.phase() != Phase.COMMITTED) {
            Instant now = tables.now();
            rows.put(key, row.committed(row.observed(), now).held(Optional.empty(), now));
        }
        return Optional.empty();
    }

    private Optional<Update> offered(WatchedImage key, Row row, Optional<Update> open, Revision from) {
        Revision to = Revision.of(row.observed().value());
        open.filter(update -> !update.to().equals(to))
                .ifPresent(update -> tables.move(update, UpdateStatus.SUPERSEDED, ACTOR));
        Optional<UpdateStatus> known = update(key, row).map(Update::status);
        if (known.filter(status -> status.isOpen() || status == UpdateStatus.DISMISSED || status == UpdateStatus.FAILED)
                .isPresent()) {
            return Optional.empty();
        }
        Instant now = tables.now();
        ImageSubject subject = new ImageSubject(key);
        Update update = new Update(
                tables.nextNumber(),
                subject,
                from,
                to,
                Optional.empty(),
                Optional.empty(),
                DriftKind.UPSTREAM_MOVED,
                UpdateStatus.PENDING,
                0,
                Optional.empty(),
                Optional.empty(),
                ACTOR,
                tables.seen.getOrDefault(new InMemoryTables.Decision(subject, to), now),
                now,
                now);
        tables.put(update);
        tables.auditQueued(update);
        return Optional.of(update);
    }

    @Override
    public Optional<Attempt> begin(WatchedImage key, Beginning beginning, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Instant now = tables.now();
            Row row = rows.get(key);
            Optional<Update> open = tables.openUpdate(new ImageSubject(key))
                    .filter(update -> beginning
                            .update()
                            .filter(read -> read.id() == update.id() && read.attempts() == update.attempts())
                            .isPresent());
            boolean waits = beginning.patient()
                    && open.flatMap(Update::retryAt)
                            .filter(at -> at.isAfter(now))
                            .isPresent();
            if (row == null || row.isHeld(now) || waits || (beginning.update().isPresent() && open.isEmpty())) {
                return Optional.empty();
            }
            Optional<Update> applying =
                    open.map(update -> tables.move(update, UpdateStatus.APPLYING, beginning.actor()));
            long token = tables.nextNumber();
            rows.put(key, row.begun(token, tables.in(lease), now));
            return Optional.of(new Attempt(key, applying, token));
        });
    }

    @Override
    public boolean extend(Attempt attempt, Extension extension) {
        InMemoryTables.positive("lease", extension.lease());
        return write(attempt, row -> {
            Row held = row.held(Optional.of(tables.in(extension.lease())), row.changedAt());
            return extension
                    .rollout()
                    .map(rollout -> held.rollout(rollout, tables.now()))
                    .orElse(held);
        });
    }

    @Override
    public boolean end(Attempt attempt, Ending ending) {
        return write(attempt, row -> {
            Row free = row.held(Optional.empty(), tables.now());
            if (ending instanceof Ending.Rings rings) {
                free = free.rollout(rings.rollout(), tables.now());
                if (rings.rollout().progress().state() == Rollout.State.HALTED) {
                    new InMemoryQuarantines(tables)
                            .insert(rings.rollout().quarantine(attempt.key(), ACTOR), OptionalLong.empty());
                }
            }
            Optional<Update> update = attempt.update().map(begun -> tables.updates.get(begun.id()));
            update.ifPresent(applying -> closed(applying, ending));
            if (ending instanceof Ending.Pulled pulled) {
                pulled(attempt, pulled);
            }
            return update.isPresent() && ending instanceof Ending.Done
                    ? free.withoutRollout()
                            .committed(ImageDigest.of(update.get().to().value()), tables.now())
                    : free;
        });
    }

    private void closed(Update update, Ending ending) {
        if (ending instanceof Ending.Failed failed) {
            String why = InMemoryTables.kept(failed.reason() + ": " + failed.message());
            InMemoryTables.Attempts attempts = new InMemoryTables.Attempts(
                    update.attempts() + 1, Optional.of(why), Optional.of(tables.in(failed.pause())));
            tables.put(update, UpdateStatus.PENDING, attempts, update.actor());
            audit(update, "failed: " + why);
        } else if (ending instanceof Ending.Rings rings) {
            InMemoryTables.Attempts attempts =
                    new InMemoryTables.Attempts(update.attempts(), Optional.empty(), Optional.empty());
            tables.put(update, UpdateStatus.PENDING, attempts, update.actor());
            audit(update, rings.outcome());
        } else {
            InMemoryTables.Attempts attempts =
                    new InMemoryTables.Attempts(update.attempts() + 1, Optional.empty(), Optional.empty());
            tables.put(update, UpdateStatus.APPLIED, attempts, update.actor());
            audit(update, "succeeded");
        }
    }

    private void pulled(Attempt attempt, Ending.Pulled pulled) {
        tables.audit(AuditEntry.of(pulled.actor(), "pull", pulled.outcome())
                .about(new ImageSubject(attempt.key()))
                .to(Revision.of(pulled.digest().value())));
    }

    private void audit(Update update, String outcome) {
        tables.audit(AuditEntry.of(update.actor(), "refresh", outcome).about(update));
    }

    @Override
    public Optional<Entry> find(WatchedImage key) {
        return tables.locked(() -> Optional.ofNullable(rows.get(key)).map(row -> entry(key, row)));
    }

    private Entry entry(WatchedImage key, Row row) {
        return new Entry(
                key,
                row.observed(),
                row.phase(),
                row.committed(),
                update(key, row),
                row.rollout(),
                row.token(),
                row.changedAt());
    }

    private Optional<Update> update(WatchedImage key, Row row) {
        ImageSubject subject = new ImageSubject(key);
        return tables.openUpdate(subject)
                .or(() -> tables.updates.descendingMap().values().stream()
                        .filter(update -> update.subject().equals(subject))
                        .filter(update ->
                                update.to().value().equals(row.observed().value()))
                        .findFirst());
    }

    /** Changes the row that an attempt holds; the newest token holds it until the attempt ends. */
    private boolean write(Attempt attempt, UnaryOperator<Row> change) {
        return tables.locked(() -> {
            Row row = rows.get(attempt.key());
            if (row == null
                    || row.token() != attempt.token()
                    || row.leaseUntil().isEmpty()) {
                return false;
            }
            rows.put(attempt.key(), change.apply(row));
            return true;
        });
    }
}
