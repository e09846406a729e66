package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.DriftLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcDriftLifeTest extends DriftLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
