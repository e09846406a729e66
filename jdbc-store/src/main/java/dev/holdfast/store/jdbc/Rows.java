package dev.holdfast.store.jdbc;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Claim;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** From rows to values, and what all lists share. */
final class Rows {

    /** A newer version may add columns while this one runs: what a statement returns must not change by that. */
    static final String INSTALL = """
            SELECT i.workspace, i.plugin, i.address, i.source, i.track, i.upstream_id, i.stamp, i.revision, i.version,
              i.digest, i.policy, i.installed_at, i.updated_at, u.scheme, u.key, u.host
            FROM @.install i JOIN @.upstream u ON u.id = i.upstream_id
            """;

    static final String OPERATION = "id, kind, workspace, plugin, address, goal_source, goal_track, goal_upstream,"
            + " goal_stamp, goal_revision, goal_version, from_revision, update_id, actor, owner, lease_until, epoch, phase,"
            + " outcome, opened_at, closed_at";
    static final String UPDATE =
            "id, workspace, plugin, site, image, track, from_revision, to_revision, version, why, status,"
                    + " attempts, last_error, retry_at, actor, seen_at, created_at, changed_at";
    static final String AUDIT =
            "id, at, actor, action, workspace, plugin, site, image, from_revision, to_revision, outcome";
    private static final int LONGEST_TEXT = 2000;

    private Rows() {}

    /** Returns the columns of a list as those of one table of several. */
    static String of(String table, String columns) {
        return Arrays.stream(columns.split(", *"))
                .map(column -> table + "." + column)
                .collect(Collectors.joining(", "));
    }

    static Install install(ResultSet row) throws SQLException {
        return new Install(
                key(row),
                TargetAddress.parse(row.getString("address")),
                new Origin(
                        Source.parse(row.getString("source")), TrackedRef.parse(row.getString("track")), upstream(row)),
                new Release(
                        new Stamp(row.getString("stamp")),
                        Revision.of(row.getString("revision")),
                        text(row, "version"),
                        new TreeDigest(row.getString("digest"))),
                UpdatePolicy.parse(row.getString("policy")),
                Session.instant(row, "installed_at"),
                Session.instant(row, "updated_at"));
    }

    static Operation operation(ResultSet row) throws SQLException {
        return new Operation(
                row.getLong("id"),
                Kind.valueOf(row.getString("kind")),
                key(row),
                TargetAddress.parse(row.getString("address")),
                goal(row),
                revision(row, "from_revision"),
                Session.optionalLong(row, "update_id"),
                row.getString("actor"),
                new Claim(row.getString("owner"), Session.instant(row, "lease_until"), row.getLong("epoch")),
                Phase.valueOf(row.getString("phase")),
                text(row, "outcome").map(Outcome::valueOf),
                Session.instant(row, "opened_at"),
                Session.optionalInstant(row, "closed_at"));
    }

    private static Optional<Goal> goal(ResultSet row) throws SQLException {
        if (row.getString("goal_stamp") == null) {
            return Optional.empty();
        }
        String[] upstream = (String[]) row.getArray("goal_upstream").getArray();
        return Optional.of(new Goal(
                new Origin(
                        Source.parse(row.getString("goal_source")),
                        TrackedRef.parse(row.getString("goal_track")),
                        new Upstream(upstream[0], upstream[1], upstream[2])),
                new Stamp(row.getString("goal_stamp")),
                Revision.of(row.getString("goal_revision")),
                text(row, "goal_version")));
    }

    static Update update(ResultSet row) throws SQLException {
        return new Update(
                row.getLong("id"),
                subject(row).orElseThrow(),
                Revision.of(row.getString("from_revision")),
                Revision.of(row.getString("to_revision")),
                text(row, "version"),
                text(row, "track").map(TrackedRef::parse),
                DriftKind.valueOf(row.getString("why")),
                UpdateStatus.valueOf(row.getString("status")),
                row.getInt("attempts"),
                text(row, "last_error"),
                Session.optionalInstant(row, "retry_at"),
                row.getString("actor"),
                Session.instant(row, "seen_at"),
                Session.instant(row, "created_at"),
                Session.instant(row, "changed_at"));
    }

    static AuditEntry audit(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("id"),
                Session.instant(row, "at"),
                row.getString("actor"),
                row.getString("action"),
                subject(row),
                revision(row, "from_revision"),
                revision(row, "to_revision"),
                row.getString("outcome"));
    }

    private static Optional<Subject> subject(ResultSet row) throws SQLException {
        String image = row.getString("image");
        if (image != null) {
            return Optional.of(
                    new Subject.ImageSubject(new WatchedImage(row.getString("site"), ImageReference.parse(image))));
        }
        return row.getString("plugin") == null ? Optional.empty() : Optional.of(new Subject.PluginSubject(key(row)));
    }

    static Upstream upstream(ResultSet row) throws SQLException {
        return new Upstream(row.getString("scheme"), row.getString("key"), row.getString("host"));
    }

    static InstallKey key(ResultSet row) throws SQLException {
        return InstallKey.of(row.getString("workspace"), row.getString("plugin"));
    }

    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Optional<Revision> revision(ResultSet row, String column) throws SQLException {
        return text(row, column).map(Revision::of);
    }

    /** Returns {@code text} as it is kept: not endless, without the NUL that the database refuses. */
    static String kept(String text) {
        String head = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        return head.replace('\0', '?');
    }
}
