package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.FleetStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcFleetStoreTest extends FleetStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
