package dev.holdfast.contracts.store;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.time.Clock;

final class InMemoryAuditChainTest extends AuditChainContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return InMemoryTrackingStore.create(clock);
    }
}
