package dev.holdfast.testkit;

import dev.holdfast.InMemoryContainerIndex;
import dev.holdfast.spi.ContainerIndex;
import java.time.Clock;

final class InMemoryContainerIndexTest extends ContainerIndexContract {

    @Override
    protected ContainerIndex index(Clock clock) {
        return InMemoryContainerIndex.create(clock);
    }
}
