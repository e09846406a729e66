package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.RolloutLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcRolloutLifeTest extends RolloutLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
