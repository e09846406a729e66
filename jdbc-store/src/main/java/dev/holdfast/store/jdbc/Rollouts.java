package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.store.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rollouts and their members. */
record Rollouts(Database database) implements RolloutStore {

    /** Of an update: that it waits for nothing but its turn in a rollout. */
    static final String LETS_BEGIN = """
             AND kind = 'plugin' AND (workspace, plugin, to_revision) IN (
              SELECT m.workspace, m.plugin, r.revision FROM @.rollout r JOIN @.rollout_member m ON m.rollout = r.id
              WHERE r.id = ? AND r.state = 'RUNNING' AND m.ring <= r.ring AND m.state = 'WAITING')
            """;

    @Override
    public Rollout begin(NewRollout wanted) {
        return database.transaction(
                "beginning a rollout of " + wanted.goal().source().base(),
                session -> new RolloutStart(session, wanted).run());
    }

    @Override
    public Optional<Rollout> look(long id) {
        return database.transaction("looking at rollout " + id, session -> {
            Optional<HeldRollout> held = HeldRollout.of(session, id);
            if (held.isPresent() && held.get().isOpen()) {
                return Optional.of(held.get().left().moved().rollout());
            }
            return held.map(HeldRollout::rollout);
        });
    }

    @Override
    public Optional<Rollout> decide(long id, Decision decision, String actor, String note) {
        return database.transaction("deciding on rollout " + id, session -> {
            Optional<HeldRollout> held = HeldRollout.of(session, id);
            return held.isPresent()
                    ? Optional.of(held.get().decided(decision, actor, note))
                    : Optional.<Rollout>empty();
        });
    }

    @Override
    public Page<Rollout> list(Which which, Page.Request page) {
        List<Object> arguments = new ArrayList<>();
        String among = which.open() ? RolloutRow.OPEN + " AND " : "";
        if (which.source().isPresent()) {
            among += "source = ? AND ";
            arguments.add(which.source());
        }
        if (which.revision().isPresent()) {
            among += "revision = ? AND ";
            arguments.add(which.revision().get().value());
        }
        arguments.add(page.beforeId());
        arguments.add(page.limit() + 1);
        String where = "WHERE " + among + "id < ? ORDER BY id DESC LIMIT ?";
        List<RolloutRow> rows = database.transaction(
                "listing rollouts", session -> RolloutRow.list(session, where, arguments.toArray()));
        return Page.of(rows.stream().map(RolloutRow::rollout).toList(), page, rollout -> Long.toString(rollout.id()));
    }

    @Override
    public Optional<RolloutMember> member(long id, InstallKey key) {
        return database.transaction("finding a member of rollout " + id, session -> MemberRow.find(session, id, key));
    }

    @Override
    public Page<RolloutMember> members(long id, Page.Request page) {
        Place after = page.after().isPresent() ? Place.parse(page) : new Place(-1, "", "");
        List<RolloutMember> rows = database.transaction(
                "listing the members of rollout " + id,
                session -> session.list(
                        MemberRow::of,
                        "SELECT " + MemberRow.COLUMNS + """
                         FROM @.rollout_member WHERE rollout = ? AND (ring, workspace, plugin) > (?, ?, ?)
                        ORDER BY ring, workspace, plugin LIMIT ?
                        """,
                        id,
                        after.ring(),
                        after.workspace(),
                        after.plugin(),
                        page.limit() + 1));
        return Page.of(rows, page, member -> member.ring() + " " + member.key());
    }

    /** Where a page of members ends. */
    private record Place(int ring, String workspace, String plugin) {

        static Place parse(Page.Request page) {
            String[] parts = page.after().orElse("").split("[ /]", -1);
            if (parts.length != 3 || !parts[0].matches("\\d{1,9}")) {
                throw page.badPlace();
            }
            return new Place(Integer.parseInt(parts[0]), parts[1], parts[2]);
        }
    }
}
