package dev.holdfast.store.jdbc;

import dev.holdfast.spi.ImageDigest;
import dev.holdfast.spi.ImageLedger;
import dev.holdfast.spi.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What was seen of images, tried and put to work. A look that finds nothing new reads one row and writes none. */
record JdbcImageLedger(Database database) implements ImageLedger {

    /** The newest token holds the row until its attempt ends. */
    private static final String HELD = " WHERE site = ? AND image = ? AND token = ? AND lease_until IS NOT NULL";

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
                    ON CONFLICT (site, image) DO UPDATE
                    SET observed = EXCLUDED.observed, attempts = 0, last_error = NULL, retry_at = NULL, changed_at = @.clock()
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
    public Optional<Attempt> begin(WatchedImage key, ImageDigest digest, String node, Duration lease) {
        Checks.positive("lease", lease);
        return database.transaction(
                "beginning with " + key,
                session -> session.first(
                        row -> new Attempt(key, digest, row.getLong("token"), row.getInt("attempts")),
                        """
                        UPDATE @.image_entry SET token = nextval('@.image_token'), node = ?, lease_until = @.later(?),
                          changed_at = @.clock()
                        WHERE site = ? AND image = ? AND observed = ?
                          AND (lease_until IS NULL OR lease_until <= @.clock())
                          AND (retry_at IS NULL OR retry_at <= @.clock())
                        RETURNING token, attempts
                        """,
                        node,
                        lease,
                        key.site(),
                        key.image().toString(),
                        digest.value()));
    }

    @Override
    public boolean extend(Attempt attempt, Duration lease) {
        Checks.positive("lease", lease);
        return write(attempt, "holding", "UPDATE @.image_entry SET lease_until = @.later(?)", lease);
    }

    @Override
    public boolean commit(Attempt attempt) {
        return write(
                attempt,
                "recording the end of",
                """
                UPDATE @.image_entry SET committed = ?, lease_until = NULL, changed_at = @.clock(),
                  attempts = CASE WHEN observed = ? THEN 0 ELSE attempts END,
                  last_error = CASE WHEN observed = ? THEN NULL ELSE last_error END,
                  retry_at = CASE WHEN observed = ? THEN NULL ELSE retry_at END
                """,
                attempt.digest().value(),
                attempt.digest().value(),
                attempt.digest().value(),
                attempt.digest().value());
    }

    @Override
    public boolean fail(Attempt attempt, Reason reason, String message, Duration wait) {
        return write(
                attempt,
                "recording a failure of",
                """
                UPDATE @.image_entry SET lease_until = NULL, changed_at = @.clock(),
                  attempts = CASE WHEN observed = ? THEN attempts + 1 ELSE attempts END,
                  last_error = CASE WHEN observed = ? THEN ? ELSE last_error END,
                  retry_at = CASE WHEN observed = ? THEN @.later(?) ELSE retry_at END
                """,
                attempt.digest().value(),
                attempt.digest().value(),
                Rows.kept(reason + ": " + message),
                attempt.digest().value(),
                wait);
    }

    @Override
    public Optional<Entry> find(WatchedImage key) {
        return database.transaction("looking for " + key, session -> find(session, key));
    }

    private static Optional<Entry> find(Session session, WatchedImage key) throws SQLException {
        return session.first(
                row -> entry(key, row),
                "SELECT * FROM @.image_entry WHERE site = ? AND image = ?",
                key.site(),
                key.image().toString());
    }

    private boolean write(Attempt attempt, String what, String update, Object... arguments) {
        WatchedImage key = attempt.key();
        Object[] all = Stream.concat(
                        Arrays.stream(arguments),
                        Stream.of(key.site(), key.image().toString(), attempt.token()))
                .toArray();
        return database.transaction(what + " " + key, session -> session.change(update + HELD, all) == 1);
    }

    private static Entry entry(WatchedImage key, ResultSet row) throws SQLException {
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
                row.getInt("attempts"),
                Rows.text(row, "last_error"),
                Session.optionalInstant(row, "retry_at"),
                Session.instant(row, "changed_at"));
    }
}
