package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.WebhookStoreContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcWebhookStoreTest extends WebhookStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
