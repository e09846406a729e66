package dev.holdfast.store.memory;

import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.fleet.RolloutStore;

/** Labels, quarantines, plans and rollouts. */
record InMemoryFleet(InMemoryTables tables) implements FleetStore {

    @Override
    public LabelStore labels() {
        return new InMemoryLabels(tables);
    }

    @Override
    public QuarantineStore quarantines() {
        return new InMemoryQuarantines(tables);
    }

    @Override
    public PlanStore plans() {
        return new InMemoryPlans(tables);
    }

    @Override
    public RolloutStore rollouts() {
        return new InMemoryRollouts(tables);
    }
}
