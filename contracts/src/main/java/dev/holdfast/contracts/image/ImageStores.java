package dev.holdfast.contracts.image;

import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.store.TrackingStore;

/**
 * What the contracts about images are run against.
 *
 * @param store whose queue and record of decisions are looked at
 * @param ledger which offers its updates in that queue
 */
public record ImageStores(TrackingStore store, ImageLedger ledger) {}
