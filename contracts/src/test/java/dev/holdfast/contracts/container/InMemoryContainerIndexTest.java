package dev.holdfast.contracts.container;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import java.time.Clock;

final class InMemoryContainerIndexTest extends ContainerIndexContract {

    @Override
    protected ContainerIndex index(Clock clock) {
        return InMemoryContainerIndex.create(clock);
    }
}
