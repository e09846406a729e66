package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.TrackingStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcTrackingStoreTest extends TrackingStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
