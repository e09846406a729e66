package dev.holdfast.store.memory;

import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;

/** Plans of rollouts by name. */
record InMemoryPlans(InMemoryTables tables) implements PlanStore {

    @Override
    public Optional<RolloutPlan> find(String name) {
        return tables.locked(() -> Optional.ofNullable(tables.fleet.plans.get(name)));
    }

    @Override
    public void set(String name, RolloutPlan plan, String actor) {
        NamedPlan.checkName(name);
        tables.locked(() -> {
            if (!plan.equals(tables.fleet.plans.put(name, plan))) {
                tables.audit(AuditEntry.of(actor, "plan", name + ": " + plan));
            }
            return plan;
        });
    }

    @Override
    public boolean remove(String name, String actor) {
        return tables.locked(() -> {
            boolean removed = tables.fleet.plans.remove(name) != null;
            if (removed) {
                tables.audit(AuditEntry.of(actor, "plan-removed", name));
            }
            return removed;
        });
    }

    @Override
    public Page<NamedPlan> list(Page.Request page) {
        return tables.locked(() -> {
            List<NamedPlan> rows = tables.fleet.plans.tailMap(page.after().orElse(""), false).entrySet().stream()
                    .limit(page.limit() + 1L)
                    .map(entry -> new NamedPlan(entry.getKey(), entry.getValue()))
                    .toList();
            return Page.of(rows, page, NamedPlan::name);
        });
    }
}
