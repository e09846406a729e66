package dev.holdfast.testkit;

import dev.holdfast.InMemoryContainerIndex;
import dev.holdfast.spi.ContainerIndex;

final class InMemoryContainerLifeTest extends ContainerLifeContract {

    @Override
    protected ContainerIndex index(MutableClock clock) {
        return InMemoryContainerIndex.create(clock);
    }
}
