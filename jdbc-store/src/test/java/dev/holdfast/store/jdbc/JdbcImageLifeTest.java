package dev.holdfast.store.jdbc;

import dev.holdfast.contracts.image.ImageLifeContract;
import dev.holdfast.contracts.image.ImageStores;
import dev.holdfast.testkit.MutableClock;

final class JdbcImageLifeTest extends ImageLifeContract {

    @Override
    protected ImageStores stores(MutableClock clock) {
        JdbcTrackingStore store = Postgres.emptied(clock);
        return new ImageStores(store, store.images());
    }
}
