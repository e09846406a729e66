package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.fleet.Scope;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What may not be installed where. */
record Quarantines(Database database) implements QuarantineStore {

    private static final String COLUMNS = "id, source, revision, scope, reason, actor, since, until, rollout";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM @.quarantine WHERE ";
    private static final String ACTIVE = "(until IS NULL OR until > @.clock())";

    @Override
    public Quarantine declare(Declaration declaration) {
        return database.transaction("declaring a quarantine", session -> {
            holdOpenings(session);
            long active = session.first(row -> row.getLong(1), "SELECT count(*) FROM @.quarantine WHERE " + ACTIVE)
                    .orElseThrow();
            if (active >= MOST) {
                throw new PermanentException(
                        Reason.CONFLICT,
                        active + " quarantines are in force, and " + MOST
                                + " are the most; lift one before you declare " + declaration.content());
            }
            return insert(session, declaration, OptionalLong.empty());
        });
    }

    /**
     * Declares what a rollout leaves behind that halted in this transaction.
     *
     * @param rollout its number; a rollout of an image has none
     */
    static void declare(Session session, Declaration declaration, OptionalLong rollout) throws SQLException {
        holdOpenings(session);
        insert(session, declaration, rollout);
    }

    /**
     * Each operation gets its epoch before it looks: those that have one end first, and all others see what this
     * declares.
     */
    private static void holdOpenings(Session session) throws SQLException {
        session.list(row -> 0, "SELECT value FROM @.epoch FOR UPDATE");
    }

    private static Quarantine insert(Session session, Declaration wanted, OptionalLong rollout) throws SQLException {
        Quarantine declared = session.first(
                        Quarantines::quarantine,
                        """
                        INSERT INTO @.quarantine (source, revision, scope, reason, actor, since, until, rollout)
                        VALUES (?, ?, ?, ?, ?, @.clock(), ?::timestamptz, ?::bigint) RETURNING
                        """ + COLUMNS,
                        wanted.content().source(),
                        wanted.content().revision().map(Revision::value),
                        wanted.scope().toString(),
                        Rows.kept(wanted.reason()),
                        Rows.kept(wanted.actor()),
                        wanted.until(),
                        rollout)
                .orElseThrow();
        Audit.write(session, AuditEntry.of(declared, declared.actor(), "quarantine", declared.reason()));
        return declared;
    }

    @Override
    public Optional<Quarantine> lift(long id, String actor, String note) {
        return database.transaction("lifting quarantine " + id, session -> {
            Optional<Quarantine> lifted = session.first(
                    Quarantines::quarantine,
                    "UPDATE @.quarantine SET until = @.clock() WHERE id = ? AND " + ACTIVE + " RETURNING " + COLUMNS,
                    id);
            if (lifted.isPresent()) {
                Audit.write(session, AuditEntry.of(lifted.get(), actor, "quarantine-lifted", note));
            }
            return lifted.isPresent() ? lifted : session.first(Quarantines::quarantine, SELECT + "id = ?", id);
        });
    }

    @Override
    public List<Quarantine> active() {
        return database.read(
                "reading quarantines",
                session -> session.list(Quarantines::quarantine, SELECT + ACTIVE + " ORDER BY id"));
    }

    @Override
    public Page<Quarantine> list(Page.Request page) {
        List<Quarantine> rows = database.transaction(
                "listing quarantines",
                session -> session.list(
                        Quarantines::quarantine,
                        SELECT + "id < ? ORDER BY id DESC LIMIT ?",
                        page.beforeId(),
                        page.limit() + 1));
        return Page.of(rows, page, row -> Long.toString(row.id()));
    }

    @Override
    public Page<Install> affected(Quarantine quarantine, Page.Request page) {
        Selection selection = Selection.all();
        if (quarantine.content().source().isPresent()) {
            selection = selection.and(
                    "split_part(i.source, '#', 1) = ?",
                    quarantine.content().source().get());
        }
        if (quarantine.content().revision().isPresent()) {
            selection = selection.and(
                    "i.revision = ?", quarantine.content().revision().get().value());
        }
        return selection.page(
                database,
                page,
                (install, labels) ->
                        quarantine.concerns(install.origin().source(), install.revision(), install.key(), labels));
    }

    /** Returns the first one in force that forbids the goal of an operation. */
    static Optional<Opening> forbidding(Session session, NewOperation wanted) throws SQLException {
        if (!wanted.changesRevision()) {
            return Optional.empty();
        }
        Goal goal = wanted.goal().orElseThrow();
        List<Quarantine> candidates = session.list(
                Quarantines::quarantine,
                SELECT + ACTIVE + " AND (revision = ? OR (revision IS NULL AND source = ?)) ORDER BY id",
                goal.revision().value(),
                goal.origin().source().base());
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Labels labels = CountingLabels.of(session, wanted.key());
        return candidates.stream()
                .filter(found -> found.concerns(goal.origin().source(), goal.revision(), wanted.key(), labels))
                .findFirst()
                .map(Opening.Quarantined::new);
    }

    private static Quarantine quarantine(ResultSet row) throws SQLException {
        return new Quarantine(
                row.getLong("id"),
                new Content(Rows.text(row, "source"), Rows.text(row, "revision").map(Revision::of)),
                Scope.parse(row.getString("scope")),
                row.getString("reason"),
                row.getString("actor"),
                Session.instant(row, "since"),
                Session.optionalInstant(row, "until"),
                Session.optionalLong(row, "rollout"));
    }
}
