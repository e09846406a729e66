package dev.holdfast.images;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.internal.Contained;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Ending;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces what is stale of one image, within the right that the ledger gave, and records what that came to. */
final class ImageAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(ImageAttempts.class);

    private final ImageEngine engine;
    private final ImageStaleness standing;

    /** What an attempt came to. */
    record Result(int replaced, Optional<HoldfastException> failure) {}

    ImageAttempts(ImageEngine engine, ImageStaleness standing) {
        this.engine = engine;
        this.standing = standing;
    }

    /** Applies the update of an attempt. */
    Result apply(Attempt attempt) {
        Update update = attempt.update().orElseThrow();
        AttemptLease tenure =
                new AttemptLease(engine.ledger(), attempt, engine.times().lease());
        Set<String> replaced = new HashSet<>();
        try {
            ImageDigest digest = ImageDigest.of(update.to().value());
            // What was listed before may have been replaced since, by the node that held the entry until a moment ago.
            List<RunningContainer> due = new ArrayList<>();
            engine.workers().watched(tenure.beat(), tenure::check, () -> due.addAll(due(attempt, digest)));
            refreshAll(digest, due, tenure, replaced);
            engine.workers().watched(tenure.beat(), tenure::check, () -> verify(attempt, digest, replaced));
            if (!engine.ledger().end(attempt, new Ending.Done())) {
                tenure.check();
            }
            engine.events().tell(new HoldfastEvent.ImageRefreshed(update, replaced.size()));
            return new Result(replaced.size(), Optional.empty());
        } catch (Throwable e) {
            HoldfastException known = Contained.known("replacing containers of " + attempt.key(), e);
            failed(attempt, known, ImageStaleness.wait(update.attempts(), known));
            String why = String.valueOf(known.getMessage());
            engine.events().tell(new HoldfastEvent.ImageFailed(update, known.reason(), why, replaced.size()));
            return new Result(replaced.size(), Optional.of(known));
        }
    }

    /** Finishes or undoes what was broken off, and nothing else. */
    void restore(Attempt attempt, List<RunningContainer> brokenOff) {
        AttemptLease tenure =
                new AttemptLease(engine.ledger(), attempt, engine.times().lease());
        try {
            for (RunningContainer container : brokenOff) {
                step(
                        "replacing " + container.name(),
                        tenure,
                        deadline -> engine.parts().refresher().restore(container, tenure, deadline));
            }
        } finally {
            boolean ours = engine.ledger().end(attempt, new Ending.Done());
            LOG.debug("{} was put in order: {}", attempt.key(), ours);
        }
    }

    private void failed(Attempt attempt, HoldfastException why, Duration wait) {
        Ending ending = new Ending.Failed(why.reason(), String.valueOf(why.getMessage()), wait);
        if (why.reason() != Reason.FENCED && !engine.ledger().end(attempt, ending)) {
            LOG.info("{} was taken over by another node, whose outcome counts", attempt.key());
        }
    }

    /** Something that the runtime does, within a deadline. */
    interface Step {
        void run(Deadline deadline);
    }

    /** Does one step while the attempt is this node's. */
    void step(String what, AttemptLease tenure, Step step) {
        // The adapter keeps to its deadline and needs some time after it to put the old one back.
        Deadline backstop = Deadline.after(engine.times().refresh().multipliedBy(2));
        engine.workers()
                .watched(
                        tenure.beat(),
                        () -> {
                            tenure.check();
                            backstop.check(what);
                        },
                        () -> Contained.run(
                                what,
                                () -> step.run(Deadline.after(engine.times().refresh()))));
    }

    /**
     * Replaces one after the other. Where the new image does not come up, or the attempt is lost, the rest is left alone; what
     * hinders one container alone does not hinder the rest, and is what this throws in the end.
     */
    private void refreshAll(ImageDigest digest, List<RunningContainer> due, AttemptLease tenure, Set<String> replaced) {
        Optional<HoldfastException> failure = Optional.empty();
        for (RunningContainer container : due) {
            try {
                step(
                        "replacing " + container.name(),
                        tenure,
                        deadline -> engine.parts().refresher().refresh(container, digest, tenure, deadline));
                replaced.add(container.name());
            } catch (HoldfastException e) {
                if (!ImageStaleness.isOfOneContainer(e)) {
                    throw e;
                }
                failure = failure.isPresent() ? failure : Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private List<RunningContainer> due(Attempt attempt, ImageDigest digest) {
        List<RunningContainer> running = engine.running(attempt.key().image());
        if (running.isEmpty()) {
            throw new PermanentException(
                    Reason.TARGET_NOT_FOUND,
                    "no container that is watched runs " + attempt.key()
                            + " any more; start one, or dismiss the update");
        }
        List<RunningContainer> broken =
                running.stream().filter(RunningContainer::brokenOff).toList();
        List<RunningContainer> whole =
                running.stream().filter(container -> !container.brokenOff()).toList();
        return Stream.concat(broken.stream(), stale(attempt, digest, whole).stream())
                .toList();
    }

    private List<RunningContainer> stale(Attempt attempt, ImageDigest digest, List<RunningContainer> containers) {
        ImageLedger.Entry entry = engine.ledger().find(attempt.key()).orElseThrow();
        return standing.stale(attempt.key(), digest, entry.committed(), containers);
    }

    /** The runtime's answer is the truth, not that nothing failed. */
    private void verify(Attempt attempt, ImageDigest digest, Set<String> replaced) {
        List<RunningContainer> made = replaced.isEmpty()
                ? List.of()
                : engine.running(attempt.key().image()).stream()
                        .filter(container -> replaced.contains(container.name()))
                        .filter(RunningContainer::comparable)
                        .toList();
        if (!stale(attempt, digest, made).isEmpty()) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "containers of " + attempt.key() + " were replaced and still run something else; look at them");
        }
    }
}
