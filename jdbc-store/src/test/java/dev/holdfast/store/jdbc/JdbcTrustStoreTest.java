package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.TrustStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcTrustStoreTest extends TrustStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
