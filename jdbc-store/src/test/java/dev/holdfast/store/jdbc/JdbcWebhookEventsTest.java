package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.WebhookEventsContract;
import dev.holdfast.spi.store.TrackingStore;
import java.time.Clock;

final class JdbcWebhookEventsTest extends WebhookEventsContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return Postgres.emptied(clock);
    }
}
