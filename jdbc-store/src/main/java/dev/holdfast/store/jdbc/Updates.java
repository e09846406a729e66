package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The queue of updates. */
record Updates(Database database) implements UpdateStore {

    @Override
    public Optional<Update> find(long id) {
        return database.read("finding an update", session -> find(session, id));
    }

    static Optional<Update> find(Session session, long id) throws SQLException {
        return session.first(Rows::update, "SELECT " + Rows.UPDATE + " FROM @.update_entry WHERE id = ?", id);
    }

    @Override
    public Page<Update> list(UpdateQuery query, Page.Request page) {
        StringBuilder sql = new StringBuilder("SELECT " + Rows.UPDATE + " FROM @.update_entry WHERE id < ?");
        List<Object> arguments = new ArrayList<>(List.of(page.beforeId()));
        if (!query.statuses().isEmpty()) {
            // As literals: with one status the index on it gives the order as well, and no plan has to guess how many.
            sql.append(query.statuses().stream()
                    .map(status -> "'" + status.name() + "'")
                    .sorted()
                    .collect(Collectors.joining(", ", " AND status IN (", ")")));
        }
        query.workspace().map(WorkspaceId::value).ifPresent(workspace -> {
            sql.append(" AND workspace = ?");
            arguments.add(workspace);
        });
        query.plugin().map(PluginName::value).ifPresent(plugin -> {
            sql.append(" AND plugin = ?");
            arguments.add(plugin);
        });
        if (query.automatic()) {
            sql.append(
                    " AND (workspace, plugin) IN (SELECT workspace, plugin FROM @.install WHERE policy <> 'manual')");
        }
        query.rollout().ifPresent(rollout -> {
            sql.append(Rollouts.LETS_BEGIN);
            arguments.add(rollout);
        });
        sql.append(" ORDER BY id DESC LIMIT ?");
        arguments.add(page.limit() + 1);
        List<Update> rows = database.transaction(
                "listing updates", session -> session.list(Rows::update, sql.toString(), arguments.toArray()));
        return Page.of(rows, page, update -> Long.toString(update.id()));
    }

    @Override
    public Optional<Update> dismiss(long id, String actor, String note) {
        return database.transaction("dismissing update " + id, session -> {
            int dismissed = session.change("""
                    UPDATE @.update_entry SET status = 'DISMISSED', retry_at = NULL, actor = ?, changed_at = @.clock()
                    WHERE id = ? AND status = 'PENDING'
                    """, Rows.kept(actor), id);
            Optional<Update> now = find(session, id);
            if (dismissed == 1) {
                audit(session, now.orElseThrow(), actor, "dismiss", note.isBlank() ? "dismissed" : note);
            }
            return now;
        });
    }

    @Override
    public Optional<Update> retry(long id, String actor) {
        return database.transaction("retrying update " + id, session -> {
            // Whoever uninstalls it at this moment comes first, or resolves what this opens.
            session.list(row -> 0, """
                    SELECT 1 FROM @.install i JOIN @.update_entry u ON u.workspace = i.workspace AND u.plugin = i.plugin
                    WHERE u.id = ? FOR SHARE OF i
                    """, id);
            int opened = session.change("""
                    UPDATE @.update_entry u SET status = 'PENDING', attempts = 0, retry_at = NULL, actor = ?,
                      changed_at = @.clock()
                    WHERE id = ? AND status = 'FAILED' AND NOT forgotten
                      AND (kind <> 'plugin' OR EXISTS (
                        SELECT 1 FROM @.install i WHERE i.workspace = u.workspace AND i.plugin = u.plugin
                          AND i.revision <> u.to_revision))
                      AND NOT EXISTS (
                      SELECT 1 FROM @.update_entry o WHERE o.status IN ('PENDING', 'APPLYING') AND o.kind = u.kind
                        AND o.workspace IS NOT DISTINCT FROM u.workspace AND o.plugin IS NOT DISTINCT FROM u.plugin
                        AND o.image IS NOT DISTINCT FROM u.image AND o.site IS NOT DISTINCT FROM u.site)
                    """, Rows.kept(actor), id);
            if (opened == 1) {
                session.change("""
                        DELETE FROM @.bad_revision b USING @.update_entry u WHERE u.id = ? AND b.update_id = u.id
                          AND b.workspace = u.workspace AND b.plugin = u.plugin
                        """, id);
                audit(session, find(session, id).orElseThrow(), actor, "retry", "pending again");
            }
            return find(session, id);
        });
    }

    @Override
    public Set<Revision> bad(InstallKey key) {
        return Set.copyOf(database.read(
                "reading bad revisions",
                session -> session.list(
                        row -> Revision.of(row.getString(1)),
                        "SELECT revision FROM @.bad_revision WHERE workspace = ? AND plugin = ?",
                        key.workspace().value(),
                        key.plugin().value())));
    }

    @Override
    public Backlog backlog() {
        return database.transaction(
                "counting open updates",
                session -> session.first(
                                row -> new Backlog(
                                        row.getLong("pending"),
                                        row.getLong("applying"),
                                        row.getLong("failed"),
                                        row.getLong("retrying"),
                                        Session.optionalSeconds(row, "oldest")),
                                """
                                SELECT waiting.pending, waiting.retrying,
                                  (SELECT count(*) FROM @.update_entry WHERE status = 'APPLYING') AS applying,
                                  extract(epoch FROM @.clock() - (
                                    SELECT min(seen_at) FROM @.update_entry WHERE status = 'PENDING')) AS oldest,
                                  (SELECT count(*) FROM (
                                    SELECT FROM @.update_entry AS failed
                                      JOIN @.install USING (workspace, plugin)
                                    WHERE failed.status = 'FAILED' AND NOT failed.forgotten AND failed.to_revision <> install.revision
                                      AND NOT EXISTS (SELECT FROM @.update_entry AS later
                                        WHERE later.workspace = failed.workspace AND later.plugin = failed.plugin
                                          AND later.id > failed.id)
                                      AND NOT EXISTS (SELECT FROM @.bad_revision AS bad
                                        WHERE bad.workspace = failed.workspace AND bad.plugin = failed.plugin
                                          AND bad.revision = failed.to_revision)
                                    LIMIT 1000) AS stuck) AS failed
                                FROM (SELECT count(*) AS pending, count(*) FILTER (WHERE attempts >= ?) AS retrying FROM (
                                  SELECT attempts FROM @.update_entry WHERE status = 'PENDING' LIMIT 100000) AS open) AS waiting
                                """,
                                Backlog.OFTEN)
                        .orElseThrow());
    }

    /** Writes what was queued into the audit, in the transaction that queued it. */
    static void auditQueued(Session session, List<Update> queued) throws SQLException {
        if (!queued.isEmpty()) {
            session.change("""
                    INSERT INTO @.audit (at, actor, action, workspace, plugin, site, image, from_revision, to_revision, outcome)
                    SELECT @.clock(), actor, 'update-queued', workspace, plugin, site, image, from_revision, to_revision,
                      lower(replace(why, '_', ' ')) || coalesce(' to ' || version, '')
                    FROM @.update_entry WHERE id = ANY(?) ORDER BY id
                    """, (Object) queued.stream().map(Update::id).toArray(Long[]::new));
        }
    }

    private static void audit(Session session, Update update, String actor, String action, String outcome)
            throws SQLException {
        Audit.write(session, AuditEntry.of(actor, action, outcome).about(update));
    }
}
