package dev.holdfast.contracts.store;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.time.Clock;

final class InMemoryWebhookEventsTest extends WebhookEventsContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return InMemoryTrackingStore.create(clock);
    }
}
