package dev.holdfast.store.jdbc;

import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.ImageRollout.Member;
import dev.holdfast.spi.image.WatchedImage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The columns of an image's entry that say how far a rollout has come. The members are one array, for they are read and
 * written together: each {@code <ring> <state> <container>}.
 */
final class ImageRolloutRow {

    static final String COLUMNS =
            "rollout_digest, rollout_name, rollout_plan, rollout_state, rollout_ring, rollout_ring_since, rollout_soak_until, rollout_note, rollout_members";

    private ImageRolloutRow() {}

    /** Writes it to an entry that this transaction has locked. */
    static void write(Session session, WatchedImage key, ImageRollout rollout) throws SQLException {
        Progress so = rollout.progress();
        session.change(
                """
                UPDATE @.image_entry SET rollout_digest = ?, rollout_name = ?, rollout_plan = ?, rollout_state = ?,
                  rollout_ring = ?, rollout_ring_since = ?, rollout_soak_until = ?::timestamptz, rollout_note = ?, rollout_members = ?, changed_at = @.clock()
                WHERE site = ? AND image = ?
                """,
                rollout.digest().value(),
                rollout.plan().name(),
                rollout.plan().plan().toString(),
                so.state(),
                so.ring(),
                so.ringSince(),
                so.soakUntil(),
                Rows.kept(so.note()),
                members(rollout),
                key.site(),
                key.image().toString());
    }

    private static String[] members(ImageRollout rollout) {
        return rollout.members().entrySet().stream()
                .map(entry -> entry.getValue().ring() + " " + entry.getValue().state() + " " + entry.getKey())
                .sorted()
                .toArray(String[]::new);
    }

    static Optional<ImageRollout> of(ResultSet row) throws SQLException {
        Optional<ImageDigest> digest = Rows.text(row, "rollout_digest").map(ImageDigest::of);
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        Progress so = new Progress(
                Rollout.State.valueOf(row.getString("rollout_state")),
                row.getInt("rollout_ring"),
                Session.instant(row, "rollout_ring_since"),
                Session.optionalInstant(row, "rollout_soak_until"),
                row.getString("rollout_note"));
        Map<String, Member> members = new HashMap<>();
        for (String member : (String[]) row.getArray("rollout_members").getArray()) {
            String[] parts = member.split(" ", 3);
            members.put(parts[2], new Member(Integer.parseInt(parts[0]), RolloutMember.State.valueOf(parts[1])));
        }
        NamedPlan plan = new NamedPlan(row.getString("rollout_name"), RolloutPlan.parse(row.getString("rollout_plan")));
        return Optional.of(new ImageRollout(digest.get(), plan, so, members));
    }
}
