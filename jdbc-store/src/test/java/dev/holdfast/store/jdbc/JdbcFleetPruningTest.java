package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.FleetPruningContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcFleetPruningTest extends FleetPruningContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
