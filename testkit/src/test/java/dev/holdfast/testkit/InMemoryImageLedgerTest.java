package dev.holdfast.testkit;

import dev.holdfast.store.memory.InMemoryTrackingStore;

final class InMemoryImageLedgerTest extends ImageLedgerContract {

    @Override
    protected ImageStores stores(MutableClock clock) {
        InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
        return new ImageStores(store, store.images());
    }
}
