package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.PolicyLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcPolicyLifeTest extends PolicyLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
