package dev.holdfast.store.jdbc;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.HistoryContract;
import dev.holdfast.testkit.MutableClock;

final class JdbcHistoryTest extends HistoryContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.store(clock);
    }

    @Override
    protected int histories() {
        return 30;
    }
}
