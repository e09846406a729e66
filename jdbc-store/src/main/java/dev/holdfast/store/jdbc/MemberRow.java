package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.fleet.RolloutMember;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** From rows to members of rollouts. */
final class MemberRow {

    static final String COLUMNS = "workspace, plugin, ring, state, operation_id, changed_at";

    private MemberRow() {}

    static Optional<RolloutMember> find(Session session, long id, InstallKey key) throws SQLException {
        return session.first(
                MemberRow::of,
                "SELECT " + COLUMNS + " FROM @.rollout_member WHERE rollout = ? AND workspace = ? AND plugin = ?",
                id,
                key.workspace().value(),
                key.plugin().value());
    }

    static RolloutMember of(ResultSet row) throws SQLException {
        return new RolloutMember(
                Rows.key(row),
                row.getInt("ring"),
                RolloutMember.State.valueOf(row.getString("state")),
                Session.optionalLong(row, "operation_id"),
                Session.instant(row, "changed_at"));
    }
}
