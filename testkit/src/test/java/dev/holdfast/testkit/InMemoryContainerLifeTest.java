package dev.holdfast.testkit;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.store.memory.InMemoryContainerIndex;

final class InMemoryContainerLifeTest extends ContainerLifeContract {

    @Override
    protected ContainerIndex index(MutableClock clock) {
        return InMemoryContainerIndex.create(clock);
    }
}
