package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import java.sql.SQLException;
import java.util.Optional;

/** Writes what an operation made live, within its transaction. */
record Recording(Session session, Operation operation) {

    private static final String RESOLVE = """
            UPDATE @.update_entry SET status = 'RESOLVED', retry_at = NULL, actor = ?, changed_at = @.clock()
            WHERE kind = 'plugin' AND workspace = ? AND plugin = ? AND status = 'PENDING'""";

    private record Before(long upstream, Install install) {

        Origin origin() {
            return install.origin();
        }
    }

    /** What an operation changes of the record. */
    interface Change {

        void make(Recording recording) throws SQLException;
    }

    void write(Install install) throws SQLException {
        Optional<Before> before = before();
        put(install);
        Inspections.delivered(session, operation, install, before.map(Before::install));
        if (before.map(Before::origin).equals(Optional.of(install.origin()))) {
            resolve(install.revision());
        } else {
            dropUnfollowed(before);
            resolve();
        }
    }

    void remove() throws SQLException {
        Optional<Before> before = before();
        deleteOf("install");
        deleteOf("label");
        TrustRows.forget(session, operation.key());
        dropUnfollowed(before);
        resolve();
    }

    private Optional<Before> before() throws SQLException {
        return session.first(
                row -> new Before(row.getLong("upstream_id"), Rows.install(row)),
                Rows.INSTALL + "WHERE i.workspace = ? AND i.plugin = ? FOR UPDATE OF i",
                operation.key().workspace().value(),
                operation.key().plugin().value());
    }

    private void deleteOf(String table) throws SQLException {
        session.change(
                "DELETE FROM @." + table + " WHERE workspace = ? AND plugin = ?",
                operation.key().workspace().value(),
                operation.key().plugin().value());
    }

    private void dropUnfollowed(Optional<Before> before) throws SQLException {
        if (before.isPresent()) {
            Upstreams.dropUnfollowed(session, before.get().upstream());
        }
    }

    private void put(Install install) throws SQLException {
        checkUnowned(install);
        Origin origin = install.origin();
        boolean follows = Upstreams.canMove(origin.track());
        long upstream = Upstreams.referred(session, origin.upstream(), follows);
        session.later(
                """
                INSERT INTO @.install (workspace, plugin, address, source, track, follows, upstream_id,
                  stamp, revision, version, digest, installed_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, @.clock(), @.clock())
                ON CONFLICT (workspace, plugin) DO UPDATE SET address = excluded.address, source = excluded.source,
                  track = excluded.track, follows = excluded.follows, upstream_id = excluded.upstream_id,
                  stamp = excluded.stamp, revision = excluded.revision, version = excluded.version,
                  digest = excluded.digest, updated_at = excluded.updated_at
                """,
                install.workspace().value(),
                install.plugin().value(),
                install.address().toString(),
                origin.source().toString(),
                origin.track().toString(),
                follows,
                upstream,
                install.release().stamp().value(),
                install.revision().value(),
                install.release().version(),
                install.release().digest().value());
    }

    private void checkUnowned(Install install) throws SQLException {
        Optional<InstallKey> holder = session.first(
                Rows::key,
                "SELECT workspace, plugin FROM @.install WHERE address = ? AND plugin = ?",
                install.address().toString(),
                install.plugin().value());
        if (holder.isPresent() && !holder.get().equals(install.key())) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    install.destination() + " is recorded as " + holder.get() + "; uninstall that, or install "
                            + install.key() + " somewhere else");
        }
    }

    /** Ends the pending update of the key, whatever it would change to. */
    private void resolve() {
        session.later(
                RESOLVE,
                operation.actor(),
                operation.key().workspace().value(),
                operation.key().plugin().value());
    }

    private void resolve(Revision installed) {
        session.later(
                RESOLVE + " AND to_revision = ?",
                operation.actor(),
                operation.key().workspace().value(),
                operation.key().plugin().value(),
                installed.value());
    }
}
