package dev.holdfast.images;

import dev.holdfast.ApplyResult;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.UpdateStore;
import java.time.Duration;
import java.util.Optional;

/** An operator's wish to apply an update of an image: once, whoever asks, and waiting for whoever is at it already. */
final class ImageApply {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final ImageEngine engine;
    private final ImageAttempts attempts;
    private final UpdateStore updates;

    ImageApply(ImageEngine engine, ImageAttempts attempts, UpdateStore updates) {
        this.engine = engine;
        this.attempts = attempts;
        this.updates = updates;
    }

    ApplyResult apply(Update seen, WatchedImage key, String actor) {
        if (!seen.status().isOpen()) {
            return ApplyResult.of(seen);
        }
        Optional<String> refused = refusal(key);
        return refused.<ApplyResult>map(ApplyResult.Refused::new).orElseGet(() -> opened(seen, key, actor));
    }

    private Optional<String> refusal(WatchedImage key) {
        if (!engine.site().equals(key.site())) {
            return Optional.of(key + " is of another engine; apply it on a host that watches that one");
        }
        if (engine.ledger().find(key).isEmpty()) {
            return Optional.of(
                    "the image watcher of this host keeps its ledger elsewhere; give it the one of this store");
        }
        return engine.running(key.image()).isEmpty()
                ? Optional.of("no container that this host watches runs " + key.image() + "; start one, or watch it")
                : Optional.empty();
    }

    private ApplyResult opened(Update seen, WatchedImage key, String actor) {
        Deadline deadline = Deadline.after(engine.times().refresh().multipliedBy(2));
        Beginning beginning = new Beginning(Optional.of(seen), engine.rules().node(), actor, false);
        try {
            engine.checkTrust(key, ImageDigest.of(seen.to().value()), ImageCaller.operator(actor));
        } catch (HoldfastException e) {
            return new ApplyResult.Failed(e.reason(), String.valueOf(e.getMessage()));
        }
        while (true) {
            Update now = updates.find(seen.id()).orElse(seen);
            Optional<ApplyResult> outcome = outcome(seen, now)
                    .or(() -> engine.ledger()
                            .begin(key, beginning, engine.times().lease())
                            .flatMap(attempt -> ended(attempts.apply(attempt), seen)));
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (deadline.hasPassed()) {
                return new ApplyResult.InProgress(
                        now.actor(),
                        engine.rules().clock().instant().plus(engine.times().lease()));
            }
            Workers.pause(BETWEEN_LOOKS, deadline);
        }
    }

    /** Returns empty if it was taken over and only its row says how it ended. */
    private Optional<ApplyResult> ended(ImageAttempts.Result result, Update seen) {
        Optional<ApplyResult> failed = result.failure()
                .filter(e -> e.reason() != Reason.FENCED)
                .map(e -> new ApplyResult.Failed(e.reason(), String.valueOf(e.getMessage())));
        return failed.isPresent() ? failed : updates.find(seen.id()).flatMap(now -> outcome(seen, now));
    }

    /** Returns what became of it since; also when somebody else's attempt failed, as then nobody is at it any more. */
    private static Optional<ApplyResult> outcome(Update seen, Update now) {
        if (now.status() == UpdateStatus.APPLIED) {
            return Optional.of(new ApplyResult.Applied(now));
        }
        if (!now.status().isOpen()) {
            return Optional.of(ApplyResult.of(now));
        }
        return now.attempts() > seen.attempts()
                ? Optional.of(new ApplyResult.Failed(
                        Reason.TARGET_FAILED, now.lastError().orElse("the attempt failed")))
                : Optional.empty();
    }
}
