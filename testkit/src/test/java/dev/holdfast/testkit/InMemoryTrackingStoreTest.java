package dev.holdfast.testkit;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;
import java.time.Clock;

final class InMemoryTrackingStoreTest extends TrackingStoreContract {

    @Override
    protected TrackingStore store(Clock clock) {
        return InMemoryTrackingStore.create(clock);
    }
}
