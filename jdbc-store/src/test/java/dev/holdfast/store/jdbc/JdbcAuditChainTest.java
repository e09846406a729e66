package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.AuditChainContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcAuditChainTest extends AuditChainContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
