package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.Page;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is installed. */
record Installs(Database database) implements InstallStore {

    @Override
    public Optional<Install> find(InstallKey key) {
        return database.read("finding an install", session -> find(session, key));
    }

    private static Optional<Install> find(Session session, InstallKey key) throws SQLException {
        return session.first(
                Rows::install,
                Rows.INSTALL + "WHERE i.workspace = ? AND i.plugin = ?",
                key.workspace().value(),
                key.plugin().value());
    }

    @Override
    public Optional<Install> at(Destination destination) {
        return database.read(
                "finding an install",
                session -> session.first(
                        Rows::install,
                        Rows.INSTALL + "WHERE i.address = ? AND i.plugin = ?",
                        destination.address().toString(),
                        destination.plugin().value()));
    }

    @Override
    public Page<Install> list(Page.Request page) {
        return list("", List.of(), page);
    }

    @Override
    public Page<Install> list(WorkspaceId workspace, Page.Request page) {
        return list("i.workspace = ? AND ", List.of(workspace.value()), page);
    }

    private Page<Install> list(String only, List<Object> arguments, Page.Request page) {
        String[] after = after(page, page.after().map(text -> text.indexOf('/')).orElse(0));
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of(after[0], after[1], page.limit() + 1));
        List<Install> rows = database.transaction(
                "listing installs",
                session -> session.list(
                        Rows::install,
                        Rows.INSTALL + "WHERE " + only
                                + "(i.workspace, i.plugin) > (?, ?) ORDER BY i.workspace, i.plugin LIMIT ?",
                        all.toArray()));
        return Page.of(rows, page, install -> install.key().toString());
    }

    @Override
    public boolean setPolicy(InstallKey key, UpdatePolicy policy, String actor) {
        return database.transaction("setting the policy of " + key, session -> {
            int changed = session.change(
                    "UPDATE @.install SET policy = ? WHERE workspace = ? AND plugin = ? AND policy <> ?",
                    policy.toString(),
                    key.workspace().value(),
                    key.plugin().value(),
                    policy.toString());
            if (changed == 1) {
                Audit.write(session, audit(key, actor, policy));
            }
            return changed == 1 || find(session, key).isPresent();
        });
    }

    private static AuditEntry audit(InstallKey key, String actor, UpdatePolicy policy) {
        return AuditEntry.of(actor, "policy", policy.toString()).about(key);
    }

    @Override
    public int forget(WorkspaceId workspace, String actor) {
        return database.transaction("forgetting workspace " + workspace, session -> {
            String name = workspace.value();
            String who = Rows.kept(actor);
            session.change("""
                    WITH ended AS (
                      UPDATE @.operation SET outcome = 'FAILED', note = 'the workspace was forgotten', closed_at = @.clock()
                      WHERE workspace = ? AND outcome IS NULL
                      RETURNING id, kind, workspace, plugin, from_revision, goal_revision)
                    INSERT INTO @.audit (at, actor, action, workspace, plugin, from_revision, to_revision, outcome)
                    SELECT @.clock(), ?, lower(kind), workspace, plugin, from_revision, goal_revision,
                           'failed: the workspace was forgotten' FROM ended ORDER BY id
                    """, name, who);
            // Before the updates, as sweeps do: who meets here waits, and neither has to be turned away.
            session.list(row -> row.getLong(1), """
                    SELECT id FROM @.upstream WHERE id IN (SELECT upstream_id FROM @.install WHERE workspace = ?)
                    ORDER BY id FOR UPDATE
                    """, name);
            session.change("""
                    UPDATE @.update_entry SET status = 'RESOLVED', retry_at = NULL, actor = ?, changed_at = @.clock()
                    WHERE kind = 'plugin' AND workspace = ? AND status IN ('PENDING', 'APPLYING')
                    """, who, name);
            session.change("DELETE FROM @.place WHERE workspace = ?", name);
            // A later workspace of that name begins without what was decided for this one.
            session.change(
                    "UPDATE @.update_entry SET forgotten = true WHERE kind = 'plugin' AND workspace = ? AND NOT forgotten",
                    name);
            session.change("DELETE FROM @.bad_revision WHERE workspace = ?", name);
            session.change("DELETE FROM @.label WHERE workspace = ?", name);
            session.change("DELETE FROM @.trust_verified WHERE workspace = ?", name);
            List<Long> upstreams = session.list(row -> row.getLong(1), """
                    WITH gone AS (DELETE FROM @.install WHERE workspace = ?
                                  RETURNING workspace, plugin, revision, upstream_id),
                    noted AS (
                      INSERT INTO @.audit (at, actor, action, workspace, plugin, from_revision, outcome)
                      SELECT @.clock(), ?, 'forget', workspace, plugin, revision, 'the workspace was forgotten'
                      FROM gone ORDER BY plugin)
                    SELECT upstream_id FROM gone ORDER BY 1
                    """, name, who);
            for (long upstream : upstreams.stream().distinct().toList()) {
                Upstreams.dropUnfollowed(session, upstream);
            }
            return upstreams.size();
        });
    }

    /** Returns the two parts of a cursor, split at {@code slash}; empty texts, before all others, without one. */
    static String[] after(Page.Request page, int slash) {
        if (page.after().isEmpty()) {
            return new String[] {"", ""};
        }
        String cursor = page.after().get();
        if (slash < 0) {
            throw page.badPlace();
        }
        return new String[] {
            cursor.substring(0, slash),
            PluginName.of(cursor.substring(slash + 1)).value()
        };
    }
}
