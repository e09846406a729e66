package dev.holdfast.store.jdbc;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.testkit.ContainerLifeContract;
import dev.holdfast.testkit.MutableClock;

final class JdbcContainerLifeTest extends ContainerLifeContract {

    @Override
    protected ContainerIndex index(MutableClock clock) {
        return Postgres.store(clock).containers();
    }
}
