package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.RolloutStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcRolloutStoreTest extends RolloutStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
