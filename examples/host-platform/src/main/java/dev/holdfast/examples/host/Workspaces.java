package dev.holdfast.examples.host;

import dev.holdfast.admin.AdminWorkspaces;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.store.Page;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The platform's own table of workspaces. Holdfast keeps what is installed; that a workspace exists, and where it is,
 * is the host's to know. It is the catalog of the container index as well: a container belongs to the workspace that it
 * is labelled with, if there is one.
 */
final class Workspaces implements WorkloadCatalog, AdminWorkspaces {

    private static final String KIND = "workspace";
    private static final int MOST = 10_000;

    private final DataSource dataSource;

    Workspaces(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void createTable() {
        with(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS host_platform");
                return statement.execute(
                        "CREATE TABLE IF NOT EXISTS host_platform.workspace"
                                + " (id text PRIMARY KEY, address text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())");
            }
        });
    }

    /**
     * Makes a workspace, or does nothing if it is there already at that address.
     *
     * @return whether it was made by this call
     * @throws PermanentException with {@link Reason#CONFLICT} if it is at another address
     */
    boolean create(WorkspaceId id, TargetAddress address) {
        String insert = "INSERT INTO host_platform.workspace (id, address) VALUES (?, ?) ON CONFLICT DO NOTHING";
        boolean created = update(insert, id.value(), address.toString()) == 1;
        if (!created && !existing(id).address().equals(address)) {
            throw new PermanentException(
                    Reason.CONFLICT, "workspace " + id + " exists at another place; choose another name, or remove it");
        }
        return created;
    }

    boolean remove(WorkspaceId id) {
        return update("DELETE FROM host_platform.workspace WHERE id = ?", id.value()) == 1;
    }

    @Override
    public Optional<Entry> find(WorkspaceId id) {
        return query("WHERE id = ?", id.value()).stream()
                .findFirst()
                .map(workspace -> new Entry(workspace.id(), workspace.address()));
    }

    /** Returns the workspace of that name, or refuses with the problem that there is none. */
    Workspace existing(WorkspaceId id) {
        return query("WHERE id = ?", id.value()).stream()
                .findFirst()
                .orElseThrow(() -> new PermanentException(Reason.NOT_INSTALLED, "there is no workspace " + id));
    }

    /** Lists workspaces, ordered by name. */
    Page<Workspace> all(Page.Request page) {
        List<Workspace> rows = query(
                "WHERE id COLLATE \"C\" > ? ORDER BY id COLLATE \"C\" LIMIT " + (page.limit() + 1),
                page.after().orElse(""));
        return Page.of(rows, page, workspace -> workspace.id().value());
    }

    @Override
    public Page<Entry> list(Page.Request page) {
        Page<Workspace> part = all(page);
        return new Page<>(
                part.items().stream()
                        .map(workspace -> new Entry(workspace.id(), workspace.address()))
                        .toList(),
                part.next());
    }

    @Override
    public List<Workload> workloads() {
        return query("ORDER BY id LIMIT " + MOST).stream()
                .map(workspace -> Workload.of(workspace.id().value(), KIND))
                .toList();
    }

    @Override
    public Set<String> hostOwnedKinds() {
        return Set.of();
    }

    private List<Workspace> query(String rest, String... values) {
        return with(connection -> {
            String select = "SELECT id, address, created_at FROM host_platform.workspace " + rest;
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                fill(statement, values);
                return read(statement.executeQuery());
            }
        });
    }

    private static List<Workspace> read(ResultSet rows) throws SQLException {
        List<Workspace> workspaces = new ArrayList<>();
        while (rows.next()) {
            workspaces.add(new Workspace(
                    WorkspaceId.of(rows.getString(1)),
                    TargetAddress.parse(rows.getString(2)),
                    rows.getTimestamp(3).toInstant()));
        }
        return workspaces;
    }

    private int update(String sql, String... values) {
        return with(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                fill(statement, values);
                return statement.executeUpdate();
            }
        });
    }

    private static void fill(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
    }

    private <T> T with(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw new TransientException(Reason.STORE, "the table of workspaces cannot be used now; try again", e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }
}
