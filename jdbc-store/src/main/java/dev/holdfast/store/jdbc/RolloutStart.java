package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Begins a rollout, or takes one more member into one that has begun, in one transaction. */
record RolloutStart(Session session, NewRollout wanted) {

    Rollout run() throws SQLException {
        Optional<Rollout> there = newest();
        if (there.isEmpty()) {
            // Two that begin at once would not see each other, nor the installs that the other has taken.
            session.list(
                    row -> 0, "SELECT pg_advisory_xact_lock('@.rollout'::regclass::oid::int, hashtext(?))", source());
            there = newest();
        }
        Rollout rollout = there.isPresent() ? there.get() : begun();
        return wanted.joining().isPresent() ? joined(rollout, wanted.joining().get()) : rollout;
    }

    private String source() {
        return wanted.goal().source().base();
    }

    private String revision() {
        return wanted.goal().revision().value();
    }

    private Optional<String> track() {
        return wanted.goal().track().map(TrackedRef::toString);
    }

    private Optional<Rollout> newest() throws SQLException {
        return RolloutRow.list(
                        session,
                        "WHERE name = ? AND source = ? AND revision = ? AND track IS NOT DISTINCT FROM ?::text"
                                + (track().isPresent() ? "" : " AND " + RolloutRow.OPEN)
                                + " ORDER BY id DESC LIMIT 1",
                        wanted.plan().name(),
                        source(),
                        revision(),
                        track())
                .stream()
                .findFirst()
                .map(RolloutRow::rollout);
    }

    private Rollout begun() throws SQLException {
        long id = insert();
        // Each gets the ring that it has among them.
        Map<InstallKey, Integer> rings = rings(wanted.plan().plan(), candidates());
        insert(id, rings);
        Rollout begun = read(id);
        HeldRollout.audit(session, begun, begun.actor(), "rollout-begin", rings.size() + " installs; " + begun.plan());
        supersede(begun);
        return begun;
    }

    private Rollout read(long id) throws SQLException {
        return RolloutRow.list(session, "WHERE id = ?", id).get(0).rollout();
    }

    private long insert() throws SQLException {
        return session.first(
                        row -> row.getLong("id"),
                        """
                        INSERT INTO @.rollout (name, plan, source, track, revision, version, state, ring, ring_since, note,
                          actor, created_at, changed_at)
                        VALUES (?, ?, ?, ?, ?, ?, 'RUNNING', 0, @.clock(), '', ?, @.clock(), @.clock()) RETURNING id
                        """,
                        wanted.plan().name(),
                        wanted.plan().plan().toString(),
                        source(),
                        track(),
                        revision(),
                        wanted.goal().version(),
                        Rows.kept(wanted.actor()))
                .orElseThrow();
    }

    private Set<InstallKey> candidates() throws SQLException {
        if (track().isEmpty()) {
            return new LinkedHashSet<>(session.list(Rows::key, """
                    SELECT i.workspace, i.plugin FROM @.install i
                      JOIN @.update_entry u ON u.workspace = i.workspace AND u.plugin = i.plugin
                    WHERE split_part(i.source, '#', 1) = ? AND i.revision <> ? AND u.kind = 'plugin'
                      AND u.status = 'PENDING' AND u.to_revision = ?
                    """, source(), revision(), revision()));
        }
        Set<InstallKey> named = new LinkedHashSet<>();
        session.list(
                row -> isOfPlan(row.getString("policy")) && named.add(Rows.key(row)),
                """
                SELECT workspace, plugin, policy FROM @.install
                WHERE split_part(source, '#', 1) = ? AND revision <> ? AND track = ? AND policy <> 'manual'
                """,
                source(),
                revision(),
                track());
        return named;
    }

    private boolean isOfPlan(String policy) {
        return UpdatePolicy.parse(policy)
                .plan()
                .equals(Optional.of(wanted.plan().name()));
    }

    private Map<InstallKey, Integer> rings(RolloutPlan plan, Set<InstallKey> keys) throws SQLException {
        return new HashMap<>(plan.assigned(wanted.plan().name(), CountingLabels.of(session, keys)));
    }

    private void insert(long id, Map<InstallKey, Integer> rings) throws SQLException {
        List<Map.Entry<InstallKey, Integer>> members = List.copyOf(rings.entrySet());
        session.change(
                """
                INSERT INTO @.rollout_member (rollout, workspace, plugin, ring, state, changed_at)
                SELECT ?, m.workspace, m.plugin, m.ring, 'WAITING', @.clock()
                FROM unnest(?::text[], ?::text[], ?::bigint[]) AS m(workspace, plugin, ring)
                """,
                id,
                members.stream()
                        .map(member -> member.getKey().workspace().value())
                        .toArray(String[]::new),
                members.stream().map(member -> member.getKey().plugin().value()).toArray(String[]::new),
                members.stream().map(member -> member.getValue().longValue()).toArray(Long[]::new));
    }

    private void supersede(Rollout by) throws SQLException {
        List<Long> others = HeldRollout.lock(
                session,
                "r." + RolloutRow.OPEN + " AND r.source = ? AND r.revision <> ? AND (?::text IS NULL OR r.track = ?)",
                source(),
                revision(),
                track(),
                track());
        for (long other : others) {
            HeldRollout.of(session, other).orElseThrow().superseded(by, by.actor());
        }
    }

    private Rollout joined(Rollout rollout, InstallKey key) throws SQLException {
        if (!rollout.progress().state().isOpen() || isMember(rollout, key)) {
            return rollout;
        }
        HeldRollout held = HeldRollout.of(session, rollout.id()).orElseThrow();
        if (!held.isOpen() || isMember(rollout, key)) {
            return held.rollout();
        }
        Set<InstallKey> all = new LinkedHashSet<>(session.list(
                Rows::key, "SELECT workspace, plugin FROM @.rollout_member WHERE rollout = ?", rollout.id()));
        all.add(key);
        Map<InstallKey, Integer> rings = rings(rollout.plan(), all);
        rings.keySet().retainAll(Set.of(key));
        insert(rollout.id(), rings);
        return read(rollout.id());
    }

    private boolean isMember(Rollout rollout, InstallKey key) throws SQLException {
        return MemberRow.find(session, rollout.id(), key).isPresent();
    }
}
