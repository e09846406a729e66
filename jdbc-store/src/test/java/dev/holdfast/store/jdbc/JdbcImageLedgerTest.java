package dev.holdfast.store.jdbc;

import dev.holdfast.spi.ImageLedger;
import dev.holdfast.testkit.ImageLedgerContract;
import java.time.Clock;

final class JdbcImageLedgerTest extends ImageLedgerContract {

    @Override
    protected ImageLedger ledger(Clock clock) {
        return Postgres.store(clock).images();
    }
}
