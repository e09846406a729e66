package dev.holdfast.examples.e2e.months;

import dev.holdfast.examples.e2e.EndToEndDatabase;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import org.junit.jupiter.api.Tag;

/** On PostgreSQL: the same. */
@Tag("endurance")
final class ManyMinutesIT extends ManyMinutesCases {

    @Override
    TrackingStore store(MutableClock movable) {
        return EndToEndDatabase.store(movable);
    }
}
