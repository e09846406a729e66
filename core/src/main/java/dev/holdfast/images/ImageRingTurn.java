package dev.holdfast.images;

import dev.holdfast.internal.Contained;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.fleet.RolloutMember.State;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt by the rings of a plan: replaces those whose turn it is, one after the other, until it halts or waits.
 */
final class ImageRingTurn {

    private static final Logger LOG = LoggerFactory.getLogger(ImageRingTurn.class);

    private final ImageEngine engine;
    private final Attempt attempt;
    private final AttemptLease tenure;
    private final Set<String> tried = new HashSet<>();
    private Optional<HoldfastException> failure = Optional.empty();

    /** Replaces one container; throws what became of it. */
    interface Replacing {
        void replace(RunningContainer container);
    }

    ImageRingTurn(ImageEngine engine, Attempt attempt, AttemptLease tenure) {
        this.engine = engine;
        this.attempt = attempt;
        this.tenure = tenure;
    }

    /**
     * Goes as far as the plan allows now.
     *
     * @return how far that is
     * @throws HoldfastException what hindered a container for a reason that does not speak against the digest, at the
     *     end
     */
    ImageRings run(ImageRings begun, List<RunningContainer> stale, Replacing replacing) {
        ImageRings rings = moved(begun);
        for (Optional<RunningContainer> next = next(rings, stale); next.isPresent(); next = next(rings, stale)) {
            String name = next.get().name();
            tried.add(name);
            // Known as a member before anything is done to it: whoever goes on counts it into its ring.
            tenure.record(rings.member(name, State.UNDER_WAY).rollout());
            rings = rings.member(name, replaced(next.get(), replacing));
            tenure.record(rings.rollout());
            // How far that moves is recorded with the end: a halt only together with its quarantine.
            rings = moved(rings);
        }
        if (failure.isPresent() && !rings.isHalted()) {
            throw failure.get();
        }
        return rings;
    }

    private ImageRings moved(ImageRings rings) {
        return rings.moved(engine.rules().clock().instant());
    }

    private Optional<RunningContainer> next(ImageRings rings, List<RunningContainer> stale) {
        return stale.stream()
                .filter(container -> rings.isDue(container.name()) && !tried.contains(container.name()))
                .findFirst();
    }

    private State replaced(RunningContainer container, Replacing replacing) {
        try {
            Contained.run("replacing " + container.name(), () -> replacing.replace(container));
            return State.SUCCEEDED;
        } catch (HoldfastException e) {
            if (e.reason() == Reason.UNHEALTHY) {
                LOG.warn(
                        "{} did not come up with what {} stands at: {}",
                        container.name(),
                        attempt.key(),
                        e.getMessage());
                return State.FAILED;
            }
            if (!ImageStaleness.isOfOneContainer(e) || e.reason() == Reason.QUARANTINED) {
                throw e;
            }
            failure = failure.isPresent() ? failure : Optional.of(e);
            return State.WAITING;
        }
    }
}
