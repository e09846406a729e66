package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The record of decisions. */
record Audit(Database database) implements AuditLog {

    @Override
    public void append(AuditEntry entry) {
        database.transaction("writing the audit", session -> {
            write(session, entry);
            return true;
        });
    }

    @Override
    public void tryAppend() {
        database.transaction("trying to write", session -> {
            long id = session.first(
                            row -> row.getLong("id"),
                            "INSERT INTO @.audit (at, actor, action, outcome) VALUES (@.clock(), 'health', 'try', '')"
                                    + " RETURNING id")
                    .orElseThrow();
            return session.change("DELETE FROM @.audit WHERE id = ?", id);
        });
    }

    @Override
    public Page<AuditEntry> list(Page.Request page) {
        return list("", List.of(), page);
    }

    @Override
    public Page<AuditEntry> list(WorkspaceId workspace, Page.Request page) {
        return list("workspace = ? AND ", List.of(workspace.value()), page);
    }

    private Page<AuditEntry> list(String only, List<Object> arguments, Page.Request page) {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of(page.beforeId(), page.limit() + 1));
        List<AuditEntry> rows = database.transaction(
                "listing the audit",
                session -> session.list(
                        Rows::audit,
                        "SELECT " + Rows.AUDIT + " FROM @.audit WHERE " + only + "id < ? ORDER BY id DESC LIMIT ?",
                        all.toArray()));
        return Page.of(rows, page, entry -> Long.toString(entry.id()));
    }

    static void write(Session session, AuditEntry entry) {
        Optional<WatchedImage> image = entry.subject()
                .flatMap(
                        about -> about instanceof ImageSubject subject ? Optional.of(subject.key()) : Optional.empty());
        session.later(
                """
                INSERT INTO @.audit (at, actor, action, workspace, plugin, site, image, from_revision, to_revision, outcome)
                VALUES (@.clock(), ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                Rows.kept(entry.actor()),
                Rows.kept(entry.action()),
                entry.key().map(key -> key.workspace().value()),
                entry.key().map(InstallKey::plugin).map(Object::toString),
                image.map(WatchedImage::site),
                image.map(watched -> watched.image().toString()),
                entry.from().map(Revision::value),
                entry.to().map(Revision::value),
                Rows.kept(entry.outcome()));
    }
}
