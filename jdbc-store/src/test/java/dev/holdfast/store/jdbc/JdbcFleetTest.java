package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.history.FleetContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcFleetTest extends FleetContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.store(clock);
    }

    @Override
    protected int rollouts() {
        return 20;
    }
}
