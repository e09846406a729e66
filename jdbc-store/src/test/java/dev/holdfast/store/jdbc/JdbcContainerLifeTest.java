package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.container.ContainerLifeContract;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.testkit.MutableClock;

final class JdbcContainerLifeTest extends ContainerLifeContract {

    @Override
    protected ContainerIndex index(MutableClock clock) {
        return Postgres.emptied(clock).containers();
    }
}
