package dev.holdfast.testkit;

import dev.holdfast.InMemoryImageLedger;
import dev.holdfast.spi.ImageLedger;
import java.time.Clock;

final class InMemoryImageLedgerTest extends ImageLedgerContract {

    @Override
    protected ImageLedger ledger(Clock clock) {
        return InMemoryImageLedger.create(clock);
    }
}
