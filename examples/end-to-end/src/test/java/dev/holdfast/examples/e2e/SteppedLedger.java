package dev.holdfast.examples.e2e;

import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.WatchedImage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A ledger that says by name what is about to be written. */
record SteppedLedger(ImageLedger ledger, Consumer<String> steps) implements ImageLedger {

    @Override
    public Entry observe(WatchedImage key, ImageDigest digest, boolean seeds) {
        steps.accept("before observing");
        return ledger.observe(key, digest, seeds);
    }

    @Override
    public Settled settle(Entry seen, Comparison found) {
        steps.accept("before queueing");
        return ledger.settle(seen, found);
    }

    @Override
    public Optional<Attempt> begin(WatchedImage key, Beginning beginning, Duration lease) {
        steps.accept("before beginning");
        return ledger.begin(key, beginning, lease);
    }

    @Override
    public boolean extend(Attempt attempt, Extension extension) {
        return ledger.extend(attempt, extension);
    }

    @Override
    public boolean end(Attempt attempt, Ending ending) {
        steps.accept("before recording the end");
        return ledger.end(attempt, ending);
    }

    @Override
    public Optional<Entry> find(WatchedImage key) {
        return ledger.find(key);
    }
}
