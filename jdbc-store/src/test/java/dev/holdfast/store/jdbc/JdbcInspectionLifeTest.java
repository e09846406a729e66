package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.InspectionLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcInspectionLifeTest extends InspectionLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
