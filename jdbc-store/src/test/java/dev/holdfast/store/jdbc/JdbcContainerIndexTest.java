package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.container.ContainerIndexContract;
import dev.holdfast.spi.container.ContainerIndex;
import java.time.Clock;

final class JdbcContainerIndexTest extends ContainerIndexContract {

    @Override
    protected ContainerIndex index(Clock clock) {
        return Postgres.emptied(clock).containers();
    }
}
