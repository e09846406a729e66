package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.DriftLifeContract;
import dev.holdfast.testkit.MutableClock;

final class JdbcDriftLifeTest extends DriftLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.store(clock);
    }
}
