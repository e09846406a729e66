package dev.holdfast.testkit;

import dev.holdfast.InMemoryTrackingStore;
import dev.holdfast.spi.TrackingStore;

final class InMemoryProbationTest extends ProbationContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return InMemoryTrackingStore.create(clock);
    }
}
