package dev.holdfast.contracts.history;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;

final class InMemoryFleetTest extends FleetContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }

    @Override
    protected int rollouts() {
        return 100;
    }
}
