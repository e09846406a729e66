package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.WebhookLifeContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcWebhookLifeTest extends WebhookLifeContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
