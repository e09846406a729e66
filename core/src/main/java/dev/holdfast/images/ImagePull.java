package dev.holdfast.images;

import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.internal.Contained;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Ending;
import dev.holdfast.spi.image.ImageLedger.Entry;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.WatchedImage;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator's wish to have an image on the engine and no container replaced. */
final class ImagePull {

    private static final Logger LOG = LoggerFactory.getLogger(ImagePull.class);

    private final ImageEngine engine;
    private final ImageStaleness standing;
    private final ImageAttempts attempts;

    ImagePull(ImageEngine engine, ImageStaleness standing, ImageAttempts attempts) {
        this.engine = engine;
        this.standing = standing;
        this.attempts = attempts;
    }

    /** Pulls one image; whatever fails is in the answer. */
    Item pull(WatchedImage key, List<RunningContainer> containers, ImageCaller caller) {
        try {
            return Contained.get("pulling " + key, () -> pulled(key, containers, caller));
        } catch (HoldfastException e) {
            return Item.of(key.image(), Outcome.FAILED, containers.size())
                    .because(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private Item pulled(WatchedImage key, List<RunningContainer> containers, ImageCaller caller) {
        ImageDigest digest = standing.of(key, caller);
        engine.checkQuarantine(key, Revision.of(digest.value()));
        boolean blind = !containers.stream().allMatch(RunningContainer::comparable);
        Entry entry = engine.ledger().observe(key, digest, blind);
        if (!containers.isEmpty()
                && standing.stale(key, digest, entry.committed(), containers).isEmpty()) {
            return Item.of(key.image(), Outcome.CURRENT, containers.size()).at(digest);
        }
        engine.checkTrust(key, digest, caller);
        Beginning beginning = new Beginning(Optional.empty(), engine.rules().node(), caller.actor(), false);
        Optional<Attempt> attempt =
                engine.ledger().begin(key, beginning, engine.times().lease());
        if (attempt.isEmpty()) {
            return Item.of(key.image(), Outcome.WAITING, containers.size())
                    .because(Reason.BUSY, "another node is at it");
        }
        pulled(attempt.get(), digest, caller);
        return Item.of(key.image(), Outcome.PULLED, containers.size()).at(digest);
    }

    private void pulled(Attempt attempt, ImageDigest digest, ImageCaller caller) {
        WatchedImage key = attempt.key();
        AttemptLease tenure =
                new AttemptLease(engine.ledger(), attempt, engine.times().lease());
        try {
            attempts.step(
                    "pulling " + key,
                    tenure,
                    deadline -> engine.parts().refresher().pull(key.image(), digest, deadline));
        } catch (HoldfastException e) {
            ended(attempt, new Ending.Pulled(digest, caller.actor(), "failed: " + e.reason() + ": " + e.getMessage()));
            throw e;
        }
        ended(attempt, new Ending.Pulled(digest, caller.actor(), "succeeded"));
    }

    private void ended(Attempt attempt, Ending ending) {
        if (!engine.ledger().end(attempt, ending)) {
            LOG.info("{} was taken over by another node while it was pulled", attempt.key());
        }
    }
}
