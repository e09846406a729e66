package dev.holdfast.examples.e2e.months;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;

final class ManyMinutesTest extends ManyMinutesCases {

    @Override
    TrackingStore store(MutableClock movable) {
        return InMemoryTrackingStore.create(movable);
    }
}
