package dev.holdfast.contracts.container;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.testkit.MutableClock;

final class InMemoryContainerLifeTest extends ContainerLifeContract {

    @Override
    protected ContainerIndex index(MutableClock clock) {
        return InMemoryContainerIndex.create(clock);
    }
}
