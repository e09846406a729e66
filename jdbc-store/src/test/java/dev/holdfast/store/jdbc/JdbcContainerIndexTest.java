package dev.holdfast.store.jdbc;

import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.testkit.ContainerIndexContract;
import java.time.Clock;

final class JdbcContainerIndexTest extends ContainerIndexContract {

    @Override
    protected ContainerIndex index(Clock clock) {
        return Postgres.store(clock).containers();
    }
}
