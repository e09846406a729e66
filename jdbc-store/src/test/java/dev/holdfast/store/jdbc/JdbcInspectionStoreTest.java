package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.InspectionStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcInspectionStoreTest extends InspectionStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
