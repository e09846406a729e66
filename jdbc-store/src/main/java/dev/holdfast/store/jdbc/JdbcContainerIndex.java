package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerPort;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of containers. A look costs one statement that reads, and one that writes if there is something to write.
 */
record JdbcContainerIndex(Database database) implements ContainerIndex {

    private static final String OF_KEY = "(c.host, c.workload, c.role, c.replica)";
    private static final String KEY_ORDER = " ORDER BY host, workload, role, replica";

    private static final String ROW =
            "host, workload, role, replica, kind, container_id, name, image, state, exit_code,"
                    + " ports, stop_requested, host_data, version, seen_at, changed_at";
    private static final String ROW_OF_C = Rows.of("c", ROW);

    /**
     * Locks the rows that are still as they were read, in the order of their keys, because two nodes that lock in
     * different orders wait for each other; then does to each what was found.
     */
    private static final String WRITE = """
            WITH input AS (
              SELECT what, host, workload, role, replica, expected, last_seen, kind, container_id, name, image, state,
                exit_code, ports, stop_requested FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS i(what, host, workload, role, replica,
                expected, last_seen, kind, container_id, name, image, state, exit_code, ports, stop_requested)),
            held AS MATERIALIZED (
              SELECT i.what, host, workload, role, replica, i.expected, i.last_seen, i.kind, i.container_id, i.name,
                i.image, i.state, i.exit_code, i.ports, i.stop_requested
              FROM @.container c JOIN input i USING (host, workload, role, replica)
              WHERE c.version = i.expected ORDER BY c.host, c.workload, c.role, c.replica FOR UPDATE OF c),
            dropped AS (
              DELETE FROM @.container c USING held h
              WHERE (c.host, c.workload, c.role, c.replica) = (h.host, h.workload, h.role, h.replica)
                AND c.version = h.expected AND h.what = 'DROPPED' AND c.host_data IS NULL),
            gone AS (
              UPDATE @.container c SET state = 'MISSING', exit_code = NULL, version = nextval('@.container_version'),
                seen_at = coalesce(h.last_seen::timestamptz, c.seen_at), changed_at = @.clock()
              FROM held h
              WHERE (c.host, c.workload, c.role, c.replica) = (h.host, h.workload, h.role, h.replica)
                AND c.version = h.expected AND h.what = 'MISSING'
              RETURNING %1$s),
            seen AS (
              UPDATE @.container c SET kind = h.kind, container_id = h.container_id, name = h.name, image = h.image,
                state = h.state, exit_code = h.exit_code, ports = h.ports, stop_requested = h.stop_requested,
                version = nextval('@.container_version'), seen_at = @.clock(), changed_at = @.clock()
              FROM held h
              WHERE (c.host, c.workload, c.role, c.replica) = (h.host, h.workload, h.role, h.replica)
                AND c.version = h.expected AND h.what = 'SEEN'
              RETURNING %1$s),
            made AS (
              INSERT INTO @.container (host, workload, role, replica, kind, container_id, name, image, state, exit_code,
                ports, stop_requested, version, seen_at, changed_at)
              SELECT host, workload, role, replica, kind, container_id, name, image, state, exit_code,
                ports, stop_requested, nextval('@.container_version'), @.clock(), @.clock()
              FROM input WHERE what = 'SEEN' AND expected = 0 ORDER BY host, workload, role, replica
              ON CONFLICT (host, workload, role, replica) DO NOTHING
              RETURNING %2$s)
            SELECT %2$s FROM gone UNION ALL SELECT %2$s FROM seen UNION ALL SELECT %2$s FROM made
            """.formatted(ROW_OF_C, ROW) + KEY_ORDER;

    /** Of a row that has the container already, only what is the host's is written. */
    private static final String REGISTER = """
            INSERT INTO @.container AS c (host, workload, role, replica, kind, container_id, name, image, state, exit_code,
              ports, stop_requested, host_data, version, seen_at, changed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false, ?, nextval('@.container_version'), @.clock(), @.clock())
            ON CONFLICT (host, workload, role, replica) DO UPDATE SET
              kind = excluded.kind,
              (name, image, state, exit_code, ports, stop_requested, seen_at) = (
                SELECT s.name, s.image, s.state, s.exit_code, s.ports, s.stop_requested, s.seen_at FROM (VALUES
                  (true, c.name, c.image, c.state, c.exit_code, c.ports, c.stop_requested, c.seen_at),
                  (false, excluded.name, excluded.image, excluded.state, excluded.exit_code, excluded.ports,
                    excluded.stop_requested, excluded.seen_at)
                ) s(same, name, image, state, exit_code, ports, stop_requested, seen_at)
                WHERE s.same = (c.container_id = excluded.container_id)),
              container_id = excluded.container_id, host_data = excluded.host_data,
              version = excluded.version, changed_at = excluded.changed_at
            RETURNING
            """ + ROW_OF_C;

    @Override
    public Snapshot read(String host) {
        return database.transaction("reading the containers of " + host, session -> {
            List<IndexedContainer> rows = new ArrayList<>();
            List<Instant> times = session.list(
                    row -> {
                        if (row.getString("host") != null) {
                            rows.add(container(row));
                        }
                        return Session.instant(row, "read_at");
                    },
                    "SELECT " + ROW_OF_C
                            + ", t.read_at FROM (SELECT @.clock() AS read_at) t LEFT JOIN @.container c ON c.host = ?"
                            + KEY_ORDER,
                    host);
            return new Snapshot(rows, times.get(0));
        });
    }

    @Override
    public List<IndexedContainer> write(List<RowChange> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        Columns columns = new Columns(changes.size());
        changes.forEach(columns::add);
        return database.transaction(
                "writing " + changes.size() + " containers",
                session -> session.list(JdbcContainerIndex::container, WRITE, columns.arrays()));
    }

    /** The changes by column, as one statement takes them. */
    private static final class Columns {

        private static final int TEXTS = 12;

        private final @Nullable String[][] texts;
        private final Long[] expected;
        private final @Nullable Long[] exitCodes;
        private final Boolean[] stops;
        private int row;

        Columns(int size) {
            texts = new String[TEXTS][size];
            expected = new Long[size];
            exitCodes = new Long[size];
            stops = new Boolean[size];
        }

        void add(RowChange change) {
            ContainerKey key = change.key();
            expected[row] = change.expected();
            stops[row] = false;
            if (change instanceof RowChange.Seen seen) {
                ContainerFacts facts = seen.facts();
                exitCodes[row] = facts.exitCode().isPresent()
                        ? (Long) (long) facts.exitCode().getAsInt()
                        : null;
                stops[row] = seen.stopRequested();
                texts(
                        "SEEN",
                        key,
                        null,
                        seen.kind(),
                        facts.containerId(),
                        facts.name(),
                        facts.image(),
                        facts.state().name(),
                        ports(facts));
            } else if (change instanceof RowChange.Missing missing) {
                texts("MISSING", key, missing.lastSeen().map(Instant::toString).orElse(null));
            } else {
                texts("DROPPED", key);
            }
            row++;
        }

        private void texts(String what, ContainerKey key, @Nullable String... more) {
            List<@Nullable String> all =
                    new ArrayList<>(List.of(what, key.host(), key.workload().value(), key.role(), key.replica()));
            all.addAll(Arrays.asList(more));
            for (int column = 0; column < all.size(); column++) {
                texts[column][row] = all.get(column);
            }
        }

        Object[] arrays() {
            return new Object[] {
                texts[0], texts[1], texts[2], texts[3], texts[4], expected, texts[5], texts[6], texts[7], texts[8],
                texts[9], texts[10], exitCodes, texts[11], stops
            };
        }
    }

    @Override
    public IndexedContainer register(ContainerKey key, String kind, ContainerFacts facts, String hostData) {
        ContainerIndex.checkHostData(hostData);
        Object[] elsewhere = {
            key.host(), facts.containerId(), key.host(), key.workload().value(), key.role(), key.replica()
        };
        return database.transaction("registering container " + key, session -> {
            Optional<ContainerKey> other = session.first(
                    row -> container(row).key(),
                    "SELECT " + ROW
                            + " FROM @.container c WHERE host = ? AND container_id = ? AND host_data IS NOT NULL AND "
                            + OF_KEY + " <> (?, ?, ?, ?) FOR UPDATE",
                    elsewhere);
            if (other.isPresent()) {
                throw new PermanentException(
                        Reason.CONFLICT,
                        "container " + facts.containerId() + " is registered as " + other.get()
                                + "; forget that, or give another id");
            }
            session.change(
                    "DELETE FROM @.container c WHERE host = ? AND container_id = ? AND " + OF_KEY + " <> (?, ?, ?, ?)",
                    elsewhere);
            return session.first(
                            JdbcContainerIndex::container,
                            REGISTER,
                            key.host(),
                            key.workload().value(),
                            key.role(),
                            key.replica(),
                            kind,
                            facts.containerId(),
                            facts.name(),
                            facts.image(),
                            facts.state(),
                            exitCode(facts),
                            ports(facts),
                            hostData)
                    .orElseThrow();
        });
    }

    @Override
    public boolean expectStop(String host, String containerId) {
        return database.transaction(
                "expecting the stop of container " + containerId,
                session -> session.change("""
                        UPDATE @.container SET stop_requested = true, version = nextval('@.container_version'),
                          changed_at = @.clock()
                        WHERE host = ? AND container_id = ?
                        """, host, containerId) > 0);
    }

    @Override
    public int forget(WorkloadId workload) {
        return database.transaction(
                "forgetting the containers of workload " + workload,
                session -> session.change("DELETE FROM @.container WHERE workload = ?", workload.value()));
    }

    @Override
    public Page<IndexedContainer> list(ContainerQuery query, Page.Request page) {
        Optional<ContainerKey> after = page.after().map(ContainerKey::parse);
        String[] states = query.states().stream().map(Enum::name).toArray(String[]::new);
        List<IndexedContainer> rows = database.transaction(
                "listing containers",
                session -> session.list(
                        JdbcContainerIndex::container,
                        "SELECT " + ROW + " FROM @.container c WHERE " + OF_KEY + " > (?, ?, ?, ?)"
                                + " AND workload = coalesce(?, workload) AND host = coalesce(?, host)"
                                + " AND container_id = coalesce(?, container_id)"
                                + " AND (cardinality(?) = 0 OR state = ANY (?))" + KEY_ORDER + " LIMIT ?",
                        after.map(ContainerKey::host).orElse(""),
                        after.map(key -> key.workload().value()).orElse(""),
                        after.map(ContainerKey::role).orElse(""),
                        after.map(ContainerKey::replica).orElse(""),
                        query.workload().map(WorkloadId::value),
                        query.host(),
                        query.containerId(),
                        states,
                        states,
                        page.limit() + 1));
        return Page.of(rows, page, row -> row.key().toString());
    }

    private static OptionalLong exitCode(ContainerFacts facts) {
        OptionalInt code = facts.exitCode();
        return code.isPresent() ? OptionalLong.of(code.getAsInt()) : OptionalLong.empty();
    }

    private static String ports(ContainerFacts facts) {
        return facts.ports().stream().map(ContainerPort::toString).collect(Collectors.joining(","));
    }

    private static IndexedContainer container(ResultSet row) throws SQLException {
        String ports = row.getString("ports");
        OptionalLong exitCode = Session.optionalLong(row, "exit_code");
        ContainerFacts facts = new ContainerFacts(
                row.getString("container_id"),
                row.getString("name"),
                row.getString("image"),
                ContainerState.valueOf(row.getString("state")),
                exitCode.isPresent() ? OptionalInt.of((int) exitCode.getAsLong()) : OptionalInt.empty(),
                ports.isEmpty()
                        ? List.of()
                        : Arrays.stream(ports.split(","))
                                .map(ContainerPort::parse)
                                .toList());
        return new IndexedContainer(
                new ContainerKey(
                        row.getString("host"),
                        WorkloadId.of(row.getString("workload")),
                        row.getString("role"),
                        row.getString("replica")),
                row.getString("kind"),
                facts,
                row.getBoolean("stop_requested"),
                Rows.text(row, "host_data"),
                row.getLong("version"),
                Session.instant(row, "seen_at"),
                Session.instant(row, "changed_at"));
    }
}
