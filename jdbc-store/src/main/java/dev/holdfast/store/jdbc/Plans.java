package dev.holdfast.store.jdbc;

import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The plans of rollouts, by name. */
record Plans(Database database) implements PlanStore {

    @Override
    public Optional<RolloutPlan> find(String name) {
        return database.transaction(
                "finding plan " + name,
                session -> session.first(
                        row -> RolloutPlan.parse(row.getString("plan")),
                        "SELECT plan FROM @.rollout_plan WHERE name = ?",
                        name));
    }

    @Override
    public void set(String name, RolloutPlan plan, String actor) {
        NamedPlan.checkName(name);
        database.transaction("setting plan " + name, session -> {
            int changed = session.change("""
                    INSERT INTO @.rollout_plan AS p (name, plan) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET plan = excluded.plan WHERE p.plan <> excluded.plan
                    """, name, plan.toString());
            if (changed == 1) {
                audit(session, actor, "plan", name + ": " + plan);
            }
            return changed;
        });
    }

    @Override
    public boolean remove(String name, String actor) {
        return database.transaction("removing plan " + name, session -> {
            boolean removed = session.change("DELETE FROM @.rollout_plan WHERE name = ?", name) == 1;
            if (removed) {
                audit(session, actor, "plan-removed", name);
            }
            return removed;
        });
    }

    @Override
    public Page<NamedPlan> list(Page.Request page) {
        List<NamedPlan> rows = database.transaction(
                "listing plans",
                session -> session.list(
                        row -> new NamedPlan(row.getString("name"), RolloutPlan.parse(row.getString("plan"))),
                        "SELECT name, plan FROM @.rollout_plan WHERE name > ? ORDER BY name LIMIT ?",
                        page.after().orElse(""),
                        page.limit() + 1));
        return Page.of(rows, page, NamedPlan::name);
    }

    private static void audit(Session session, String actor, String action, String outcome) throws SQLException {
        Audit.write(session, AuditEntry.of(actor, action, outcome));
    }
}
