package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.RolloutHaltContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcRolloutHaltTest extends RolloutHaltContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
