package dev.holdfast.images;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.Tracing;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
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

    /**
     * What an attempt came to.
     *
     * @param rest how far it is, where more is to come; empty if all is done
     */
    record Result(int replaced, Optional<HoldfastException> failure, String rest) {

        Result(int replaced, Optional<HoldfastException> failure) {
            this(replaced, failure, "");
        }
    }

    ImageAttempts(ImageEngine engine, ImageStaleness standing) {
        this.engine = engine;
        this.standing = standing;
    }

    /** Applies the update of an attempt: all of it, or what the rings of a plan allow now. */
    Result apply(Attempt attempt) {
        Tracing.Step step = new Tracing.Step(Tracing.Kind.REFRESH, attempt.key().toString());
        return engine.workers().traces().within(step, () -> applied(attempt), Result::failure);
    }

    private Result applied(Attempt attempt) {
        Update update = attempt.update().orElseThrow();
        AttemptLease tenure =
                new AttemptLease(engine.ledger(), attempt, engine.times().lease());
        Set<String> replaced = new HashSet<>();
        try {
            engine.checkQuarantine(attempt.key(), update.to());
            Optional<ImageRings> begun = byPolicy(attempt);
            if (begun.isEmpty()) {
                all(attempt, tenure, replaced);
                return done(attempt, tenure, replaced.size());
            }
            return throughRings(begun.get(), attempt, tenure, replaced)
                    .filter(so -> !so.isComplete())
                    .map(so -> partly(attempt, so, tenure, replaced.size()))
                    .orElseGet(() -> done(attempt, tenure, replaced.size()));
        } catch (Throwable e) {
            HoldfastException known = Contained.known("replacing containers of " + attempt.key(), e);
            failed(attempt, known, ImageStaleness.wait(update.attempts(), known));
            return failed(update, known, replaced.size());
        }
    }

    /**
     * Returns the rings by which the policy applies an update; empty if it has no plan, or for an operator, who
     * replaces all at once. What has begun keeps its plan, whoever goes on with it.
     */
    private Optional<ImageRings> byPolicy(Attempt attempt) {
        Update update = attempt.update().orElseThrow();
        return update.actor().equals(PolicyHold.ACTOR)
                ? engine.rings(
                        attempt.key().image(),
                        digest(attempt),
                        engine.ledger().find(attempt.key()).flatMap(ImageLedger.Entry::rollout))
                : Optional.empty();
    }

    private void all(Attempt attempt, AttemptLease tenure, Set<String> replaced) {
        List<RunningContainer> due = new ArrayList<>();
        // What was listed before may have been replaced since, by the node that held the entry until a moment ago.
        engine.workers().watched(tenure.beat(), tenure::check, () -> due.addAll(due(attempt)));
        refreshAll(attempt, due, tenure, replaced);
        engine.workers().watched(tenure.beat(), tenure::check, () -> verify(attempt, replaced));
    }

    /** Returns how far the rings have come; empty if nothing is stale any more. */
    private Optional<ImageRings> throughRings(
            ImageRings begun, Attempt attempt, AttemptLease tenure, Set<String> replaced) {
        List<RunningContainer> stale = new ArrayList<>();
        List<RunningContainer> listed = new ArrayList<>();
        engine.workers().watched(tenure.beat(), tenure::check, () -> {
            listed.addAll(running(attempt));
            stale.addAll(stale(attempt, listed));
        });
        if (stale.isEmpty()) {
            return Optional.empty();
        }
        ImageDigest digest = digest(attempt);
        ImageRings now = new ImageRingTurn(engine, attempt, tenure).run(begun.seen(listed, stale), stale, container -> {
            engine.checkQuarantine(attempt.key(), Revision.of(digest.value()));
            refresh(container, digest, tenure);
            replaced.add(container.name());
        });
        if (!now.isHalted()) {
            engine.workers().watched(tenure.beat(), tenure::check, () -> verify(attempt, replaced));
        }
        return Optional.of(now);
    }

    private List<RunningContainer> running(Attempt attempt) {
        List<RunningContainer> running = engine.running(attempt.key().image());
        if (running.isEmpty()) {
            throw new PermanentException(
                    Reason.TARGET_NOT_FOUND,
                    "no container that is watched runs " + attempt.key()
                            + " any more; start one, or dismiss the update");
        }
        return running;
    }

    private Result done(Attempt attempt, AttemptLease tenure, int replaced) {
        if (!engine.ledger().end(attempt, new Ending.Done())) {
            tenure.check();
        }
        engine.events().tell(new HoldfastEvent.ImageRefreshed(attempt.update().orElseThrow(), replaced));
        return new Result(replaced, Optional.empty());
    }

    private Result partly(Attempt attempt, ImageRings rings, AttemptLease tenure, int replaced) {
        if (!engine.ledger().end(attempt, new Ending.Rings(rings.rollout(), rings.outcome(replaced)))) {
            tenure.check();
        }
        Update update = attempt.update().orElseThrow();
        engine.events()
                .tell(new HoldfastEvent.ImageRolloutMoved(
                        attempt.key(), rings.rollout(), rings.count(), rings.isHalted() ? 0 : replaced));
        return rings.isHalted()
                ? failed(
                        update,
                        new PermanentException(
                                Reason.UNHEALTHY,
                                "the rollout of " + attempt.key() + " halted: "
                                        + rings.rollout().progress().note()),
                        replaced)
                : new Result(replaced, Optional.empty(), rings.outcome(replaced));
    }

    private Result failed(Update update, HoldfastException why, int replaced) {
        engine.events()
                .tell(new HoldfastEvent.ImageFailed(update, why.reason(), String.valueOf(why.getMessage()), replaced));
        return new Result(replaced, Optional.of(why));
    }

    private static ImageDigest digest(Attempt attempt) {
        return ImageDigest.of(attempt.update().orElseThrow().to().value());
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
     * Replaces one after the other. Where the new image does not come up, or the attempt is lost, the rest is left
     * alone; what hinders one container alone does not hinder the rest, and is what this throws in the end.
     */
    private void refreshAll(Attempt attempt, List<RunningContainer> due, AttemptLease tenure, Set<String> replaced) {
        Optional<HoldfastException> failure = Optional.empty();
        for (RunningContainer container : due) {
            engine.checkQuarantine(attempt.key(), attempt.update().orElseThrow().to());
            try {
                refresh(container, digest(attempt), tenure);
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

    private void refresh(RunningContainer container, ImageDigest digest, AttemptLease tenure) {
        step(
                "replacing " + container.name(),
                tenure,
                deadline -> engine.parts().refresher().refresh(container, digest, tenure, deadline));
    }

    private List<RunningContainer> due(Attempt attempt) {
        List<RunningContainer> running = running(attempt);
        List<RunningContainer> broken =
                running.stream().filter(RunningContainer::brokenOff).toList();
        List<RunningContainer> whole =
                running.stream().filter(container -> !container.brokenOff()).toList();
        return Stream.concat(broken.stream(), stale(attempt, whole).stream()).toList();
    }

    private List<RunningContainer> stale(Attempt attempt, List<RunningContainer> containers) {
        ImageLedger.Entry entry = engine.ledger().find(attempt.key()).orElseThrow();
        return standing.stale(attempt.key(), digest(attempt), entry.committed(), containers);
    }

    /** The runtime's answer is the truth, not that nothing failed. */
    private void verify(Attempt attempt, Set<String> replaced) {
        List<RunningContainer> made = replaced.isEmpty()
                ? List.of()
                : engine.running(attempt.key().image()).stream()
                        .filter(container -> replaced.contains(container.name()))
                        .filter(RunningContainer::comparable)
                        .toList();
        if (!stale(attempt, made).isEmpty()) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "containers of " + attempt.key() + " were replaced and still run something else; look at them");
        }
    }
}
