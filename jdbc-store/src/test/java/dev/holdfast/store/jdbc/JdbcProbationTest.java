package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.store.ProbationContract;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;

final class JdbcProbationTest extends ProbationContract {

    @Override
    protected TrackingStore store(MutableClock clock) {
        return Postgres.emptied(clock);
    }
}
