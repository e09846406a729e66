package dev.holdfast.store.jdbc;

import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.fleet.RolloutStore;

/** What is said about many installs at one time. */
record Fleet(Database database) implements FleetStore {

    @Override
    public LabelStore labels() {
        return new LabelSets(database);
    }

    @Override
    public QuarantineStore quarantines() {
        return new Quarantines(database);
    }

    @Override
    public PlanStore plans() {
        return new Plans(database);
    }

    @Override
    public RolloutStore rollouts() {
        return new Rollouts(database);
    }
}
