package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.LabelSelector;
import dev.holdfast.spi.fleet.LabelSelector.Term;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The labels of workspaces and installs. In the table, those of a workspace have an empty plugin. */
record LabelSets(Database database) implements LabelStore {

    private static final String OF_WORKSPACE = "";

    @Override
    public Labels of(WorkspaceId workspace) {
        return database.transaction("reading labels", session -> read(session, workspace.value(), OF_WORKSPACE));
    }

    @Override
    public Labels of(InstallKey key) {
        return database.transaction("reading labels", session -> CountingLabels.of(session, key));
    }

    @Override
    public boolean set(WorkspaceId workspace, Labels labels, String actor) {
        labels.checkOwn();
        return database.transaction("labelling workspace " + workspace, session -> {
            // There is no row of the workspace's that two callers could meet at.
            session.list(
                    row -> 0,
                    "SELECT pg_advisory_xact_lock('@.label'::regclass::oid::int, hashtext(?))",
                    workspace.value());
            boolean changed = put(session, workspace.value(), OF_WORKSPACE, labels);
            if (changed) {
                Audit.write(session, AuditEntry.of(actor, "labels", "workspace " + workspace + ": " + labels.text()));
            }
            return changed;
        });
    }

    @Override
    public boolean set(InstallKey key, Labels labels, String actor) {
        labels.checkOwn();
        return database.transaction("labelling " + key, session -> {
            Optional<Integer> install = session.first(
                    row -> 0,
                    "SELECT 1 FROM @.install WHERE workspace = ? AND plugin = ? FOR UPDATE",
                    key.workspace().value(),
                    key.plugin().value());
            boolean changed = install.isPresent()
                    && put(session, key.workspace().value(), key.plugin().value(), labels);
            if (changed) {
                Audit.write(
                        session, AuditEntry.of(actor, "labels", labels.text()).about(key));
            }
            return changed;
        });
    }

    private static Labels read(Session session, String workspace, String plugin) throws SQLException {
        Map<String, String> values = new HashMap<>();
        session.list(
                row -> values.put(row.getString("key"), row.getString("value")),
                "SELECT key, value FROM @.label WHERE workspace = ? AND plugin = ?",
                workspace,
                plugin);
        return new Labels(values);
    }

    private static boolean put(Session session, String workspace, String plugin, Labels labels) throws SQLException {
        if (read(session, workspace, plugin).equals(labels)) {
            return false;
        }
        session.change("DELETE FROM @.label WHERE workspace = ? AND plugin = ?", workspace, plugin);
        session.change(
                """
                INSERT INTO @.label (workspace, plugin, key, value)
                SELECT ?, ?, l.key, l.value FROM unnest(?::text[], ?::text[]) AS l(key, value)
                """,
                workspace,
                plugin,
                labels.values().keySet().toArray(String[]::new),
                labels.values().values().toArray(String[]::new));
        return true;
    }

    @Override
    public Page<Install> list(LabelSelector selector, Page.Request page) {
        Selection selection = Selection.all();
        for (Term term : selector.terms()) {
            if (term.test() == LabelSelector.Test.EQUALS) {
                // Of the workspace, or of any install there: which ones they are is looked at afterwards.
                selection = selection.and(
                        "i.workspace IN (SELECT workspace FROM @.label WHERE key = ? AND value = ?)",
                        term.key(),
                        term.value());
            }
        }
        return selection.page(database, page, (install, labels) -> selector.matches(labels));
    }
}
