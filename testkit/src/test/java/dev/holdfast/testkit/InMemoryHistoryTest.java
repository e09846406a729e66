package dev.holdfast.testkit;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;

final class InMemoryHistoryTest extends HistoryContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }

    @Override
    protected int histories() {
        return 800;
    }
}
