package dev.holdfast.testkit;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;

final class InMemoryRivalsTest extends RivalsContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }

    @Override
    protected int histories() {
        return 10_000;
    }
}
