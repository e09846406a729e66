package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.history.HistoryContract;
import dev.holdfast.spi.store.TrackingStore;
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
