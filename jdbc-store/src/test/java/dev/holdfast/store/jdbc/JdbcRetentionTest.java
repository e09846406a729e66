package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.RetentionContract;

final class JdbcRetentionTest extends RetentionContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.store(clock);
    }
}
