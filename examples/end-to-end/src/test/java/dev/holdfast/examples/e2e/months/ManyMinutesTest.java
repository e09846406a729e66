package dev.holdfast.examples.e2e.months;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class ManyMinutesTest extends ManyMinutesCases {

    @Override
    TrackingStore store(MutableClock movable) {
        return InMemoryTrackingStore.create(movable);
    }
}
