package dev.holdfast.contracts.image;

import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;

final class InMemoryImageLedgerTest extends ImageLedgerContract {

    @Override
    protected ImageStores stores(MutableClock clock) {
        InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
        return new ImageStores(store, store.images());
    }
}
