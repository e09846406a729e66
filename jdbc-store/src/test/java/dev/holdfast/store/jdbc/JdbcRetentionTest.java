package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.RetentionContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcRetentionTest extends RetentionContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
