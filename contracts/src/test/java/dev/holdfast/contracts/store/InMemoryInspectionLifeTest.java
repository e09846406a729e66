package dev.holdfast.contracts.store;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;

final class InMemoryInspectionLifeTest extends InspectionLifeContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }
}
