package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.PolicyLifeContract;

final class JdbcPolicyLifeTest extends PolicyLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.store(clock);
    }
}
