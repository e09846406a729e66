package dev.holdfast.store.jdbc;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was seen of images, tried and put to work. A look that finds nothing new writes nothing. Who writes to an
 * entry's updates, other than an operator who declines one, locks the entry first.
 */
record JdbcImageLedger(Database database) implements ImageLedger {

    private static final String ACTOR = "watcher";
    private static final String OF = " WHERE site = ? AND image = ?";

    private static final String FREE = " AND (lease_until IS NULL OR lease_until <= @.clock())";

    /** The newest token holds the row until its attempt ends. */
    private static final String HELD = OF + " AND token = ? AND lease_until IS NOT NULL";

    @Override
    public Entry observe(WatchedImage key, ImageDigest digest, boolean seeds) {
        return database.transaction("recording where " + key + " stands", session -> {
            Optional<Entry> known = find(session, key);
            if (known.filter(entry -> entry.observed().equals(digest)).isPresent()) {
                return known.get();
            }
            session.change(
                    """
                    INSERT INTO @.image_entry AS e (site, image, observed, committed, changed_at)
                    VALUES (?, ?, ?, ?, @.clock())
                    ON CONFLICT (site, image) DO UPDATE SET observed = EXCLUDED.observed, changed_at = @.clock()
                    WHERE e.observed <> EXCLUDED.observed
                    """,
                    key.site(),
                    key.image().toString(),
                    digest.value(),
                    seeds ? Optional.of(digest.value()) : Optional.empty());
            return find(session, key).orElseThrow();
        });
    }

    @Override
    public Settled settle(Entry seen, Comparison found) {
        Optional<Revision> stale = found.stale();
        WatchedImage key = seen.key();
        Revision to = Revision.of(seen.observed().value());
        boolean committed = seen.phase() == Phase.COMMITTED;
        boolean pending = seen.update()
                .filter(update -> update.status() == UpdateStatus.PENDING)
                .isPresent();
        if (stale.isEmpty() && committed && !pending) {
            return new Settled(seen, Optional.empty());
        }
        return database.transaction("recording what runs " + key, session -> {
            boolean free = session.first(
                            row -> true,
                            "SELECT 1 FROM @.image_entry" + OF + " AND token = ? AND observed = ?" + FREE
                                    + " FOR UPDATE",
                            key.site(),
                            key.image().toString(),
                            seen.token(),
                            to.value())
                    .isPresent();
            Entry entry = find(session, key).orElse(seen);
            boolean applying = entry.update()
                    .filter(update -> update.status() == UpdateStatus.APPLYING)
                    .isPresent();
            Optional<Update> queued = !free || applying
                    ? Optional.empty()
                    : stale.isPresent() ? offered(session, key, stale.get(), to) : current(session, key);
            return new Settled(find(session, key).orElse(seen), queued);
        });
    }

    private static Optional<Update> current(Session session, WatchedImage key) throws SQLException {
        session.change("""
                UPDATE @.update_entry SET status = 'RESOLVED', retry_at = NULL, actor = ?, changed_at = @.clock()
                WHERE kind = 'image' AND site = ? AND image = ? AND status = 'PENDING'
                """, ACTOR, key.site(), key.image().toString());
        session.change(
                "UPDATE @.image_entry SET committed = observed, lease_until = NULL, changed_at = @.clock()" + OF
                        + " AND (committed IS DISTINCT FROM observed OR lease_until IS NOT NULL)",
                key.site(),
                key.image().toString());
        return Optional.empty();
    }

    private static Optional<Update> offered(Session session, WatchedImage key, Revision from, Revision to)
            throws SQLException {
        session.change("""
                UPDATE @.update_entry SET status = 'SUPERSEDED', retry_at = NULL, actor = ?, changed_at = @.clock()
                WHERE kind = 'image' AND site = ? AND image = ? AND status = 'PENDING' AND to_revision <> ?
                """, ACTOR, key.site(), key.image().toString(), to.value());
        Optional<UpdateStatus> known = find(session, key).flatMap(Entry::update).map(Update::status);
        if (known.filter(status -> status.isOpen() || status == UpdateStatus.DISMISSED || status == UpdateStatus.FAILED)
                .isPresent()) {
            return Optional.empty();
        }
        List<Update> queued = session.list(
                Rows::update,
                """
                INSERT INTO @.update_entry (kind, site, image, from_revision, to_revision, why, status, actor, seen_at,
                  created_at, changed_at)
                VALUES ('image', ?, ?, ?, ?, ?, 'PENDING', ?, coalesce((SELECT min(seen_at) FROM @.update_entry
                    WHERE kind = 'image' AND site = ? AND image = ? AND to_revision = ?), @.clock()),
                  @.clock(), @.clock())
                RETURNING
                """ + Rows.UPDATE,
                key.site(),
                key.image().toString(),
                from.value(),
                to.value(),
                DriftKind.UPSTREAM_MOVED,
                ACTOR,
                key.site(),
                key.image().toString(),
                to.value());
        Updates.auditQueued(session, queued);
        return queued.stream().findFirst();
    }

    @Override
    public Optional<Attempt> begin(WatchedImage key, Beginning beginning, Duration lease) {
        Checks.positive("lease", lease);
        return database.transaction("beginning with " + key, session -> {
            boolean free = session.first(
                            row -> true,
                            "SELECT 1 FROM @.image_entry" + OF + FREE + " FOR UPDATE",
                            key.site(),
                            key.image().toString())
                    .isPresent();
            Optional<Update> update =
                    free && beginning.update().isPresent() ? applying(session, key, beginning) : Optional.empty();
            return free && update.isPresent() == beginning.update().isPresent()
                    ? session.first(
                            row -> new Attempt(key, update, row.getLong("token")),
                            "UPDATE @.image_entry SET token = nextval('@.image_token'), node = ?,"
                                    + " lease_until = @.later(?), changed_at = @.clock()" + OF + " RETURNING token",
                            beginning.node(),
                            lease,
                            key.site(),
                            key.image().toString())
                    : Optional.empty();
        });
    }

    private static Optional<Update> applying(Session session, WatchedImage key, Beginning beginning)
            throws SQLException {
        return session.first(
                Rows::update,
                """
                UPDATE @.update_entry SET status = 'APPLYING', retry_at = NULL, actor = ?, changed_at = @.clock()
                WHERE id = ? AND kind = 'image' AND site = ? AND image = ? AND status IN ('PENDING', 'APPLYING')
                  AND attempts = ? AND (NOT ? OR retry_at IS NULL OR retry_at <= @.clock())
                RETURNING
                """ + Rows.UPDATE,
                Rows.kept(beginning.actor()),
                beginning.update().map(Update::id),
                key.site(),
                key.image().toString(),
                beginning.update().map(Update::attempts),
                beginning.patient());
    }

    @Override
    public boolean extend(Attempt attempt, Extension extension) {
        Checks.positive("lease", extension.lease());
        WatchedImage key = attempt.key();
        return database.transaction("holding " + key, session -> {
            boolean ours = session.change(
                            "UPDATE @.image_entry SET lease_until = @.later(?)" + HELD,
                            extension.lease(),
                            key.site(),
                            key.image().toString(),
                            attempt.token())
                    == 1;
            if (ours && extension.rollout().isPresent()) {
                ImageRolloutRow.write(session, key, extension.rollout().get());
            }
            return ours;
        });
    }

    @Override
    public boolean end(Attempt attempt, Ending ending) {
        WatchedImage key = attempt.key();
        boolean advances = ending instanceof Ending.Done && attempt.update().isPresent();
        return database.transaction("recording the end of " + key, session -> {
            int ended = session.change(
                    "UPDATE @.image_entry SET committed = coalesce(?, committed), lease_until = NULL,"
                            + (advances ? " rollout_digest = NULL," : "") + " changed_at = @.clock()" + HELD,
                    attempt.update()
                            .filter(update -> advances)
                            .map(update -> update.to().value()),
                    key.site(),
                    key.image().toString(),
                    attempt.token());
            if (ended == 1 && attempt.update().isPresent()) {
                closed(session, attempt.update().get(), ending);
            }
            if (ended == 1 && ending instanceof Ending.Pulled pulled) {
                Audit.write(session, audited(key, pulled));
            }
            if (ended == 1 && ending instanceof Ending.Rings rings) {
                ImageRolloutRow.write(session, key, rings.rollout());
                if (rings.rollout().progress().state() == Rollout.State.HALTED) {
                    Quarantines.declare(session, rings.rollout().quarantine(key, ACTOR), OptionalLong.empty());
                }
            }
            return ended == 1;
        });
    }

    private static AuditEntry audited(WatchedImage key, Ending.Pulled pulled) {
        return AuditEntry.of(pulled.actor(), "pull", pulled.outcome())
                .about(new ImageSubject(key))
                .to(Revision.of(pulled.digest().value()));
    }

    private static void closed(Session session, Update update, Ending ending) throws SQLException {
        Optional<Ending.Failed> failed =
                ending instanceof Ending.Failed failure ? Optional.of(failure) : Optional.empty();
        Optional<String> why = failed.map(failure -> Rows.kept(failure.reason() + ": " + failure.message()));
        boolean partly = ending instanceof Ending.Rings;
        session.change(
                """
                UPDATE @.update_entry SET status = ?, attempts = attempts + ?, last_error = ?,
                  retry_at = @.later(?), changed_at = @.clock()
                WHERE id = ?
                """,
                failed.isPresent() || partly ? UpdateStatus.PENDING : UpdateStatus.APPLIED,
                partly ? 0 : 1,
                why,
                failed.map(Ending.Failed::pause),
                update.id());
        String outcome = ending instanceof Ending.Rings rings ? rings.outcome() : "succeeded";
        Audit.write(
                session,
                AuditEntry.of(
                                update.actor(),
                                "refresh",
                                why.map(text -> "failed: " + text).orElse(outcome))
                        .about(update));
    }

    @Override
    public Optional<Entry> find(WatchedImage key) {
        return database.transaction("looking for " + key, session -> find(session, key));
    }

    private static Optional<Entry> find(Session session, WatchedImage key) throws SQLException {
        Optional<Update> open = session.first(
                Rows::update,
                "SELECT " + Rows.of("u", Rows.UPDATE) + """
                 FROM @.update_entry u JOIN @.image_entry e ON e.site = u.site AND e.image = u.image
                WHERE u.kind = 'image' AND u.site = ? AND u.image = ?
                  AND (u.status IN ('PENDING', 'APPLYING') OR u.to_revision = e.observed)
                ORDER BY u.status IN ('PENDING', 'APPLYING') DESC, u.id DESC LIMIT 1
                """,
                key.site(),
                key.image().toString());
        return session.first(
                row -> entry(key, row, open),
                "SELECT observed, committed, lease_until, token, changed_at, " + ImageRolloutRow.COLUMNS
                        + " FROM @.image_entry" + OF,
                key.site(),
                key.image().toString());
    }

    private static Entry entry(WatchedImage key, ResultSet row, Optional<Update> update) throws SQLException {
        ImageDigest observed = ImageDigest.of(row.getString("observed"));
        Optional<ImageDigest> committed = Rows.text(row, "committed").map(ImageDigest::of);
        Phase phase = row.getObject("lease_until") != null
                ? Phase.REFRESHING
                : committed.equals(Optional.of(observed)) ? Phase.COMMITTED : Phase.OBSERVED;
        return new Entry(
                key,
                observed,
                phase,
                committed,
                update,
                ImageRolloutRow.of(row),
                row.getLong("token"),
                Session.instant(row, "changed_at"));
    }
}
