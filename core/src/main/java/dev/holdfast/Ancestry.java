package dev.holdfast;

import dev.holdfast.internal.RecentlyUsed;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what a ref stands at now comes after what is installed. Asked only where a ref has moved; what was found of
 * two revisions holds for good, so it is remembered of the last ones.
 */
final class Ancestry {

    private static final Logger LOG = LoggerFactory.getLogger(Ancestry.class);
    private static final int MOST = 10_000;

    private final Engine engine;
    private final RecentlyUsed<Pair, Boolean> known = new RecentlyUsed<>(MOST);

    Ancestry(Engine engine) {
        this.engine = engine;
    }

    private record Pair(Upstream upstream, Revision older, Revision newer) {}

    /**
     * Returns whether {@code ref} was set back, as far as the source tells: a branch to what does not descend from the
     * installed revision, a version's tag to what the installed revision descends from. Tags of two lines of
     * development are neither.
     */
    boolean isSetBack(Upstream upstream, TrackedRef ref, Revision installed, Revision now, Deadline deadline) {
        // Mostly all refs of an upstream lead on from what is installed, and one question says so of all of them.
        return !(ref instanceof TrackedRef.Tag)
                && is(Relation.REWRITTEN, new Pair(upstream, installed, now), deadline)
                && (ref instanceof TrackedRef.Ref
                        || is(Relation.DESCENDANT, new Pair(upstream, now, installed), deadline));
    }

    /** A source that does not tell stops nothing. */
    private boolean is(Relation wanted, Pair pair, Deadline deadline) {
        Optional<Boolean> descends = known.find(pair);
        if (descends.isPresent()) {
            return descends.get() == (wanted == Relation.DESCENDANT);
        }
        Relation found = asked(pair, deadline);
        if (found != Relation.UNKNOWN) {
            known.put(pair, found == Relation.DESCENDANT);
        }
        return found == wanted;
    }

    private Relation asked(Pair pair, Deadline deadline) {
        Upstream upstream = pair.upstream();
        try {
            return engine.workers()
                    .within(
                            deadline,
                            "asking " + upstream + " for its history",
                            () -> engine.resolvers().history(upstream, pair.older(), pair.newer(), 1, deadline))
                    .relation();
        } catch (HoldfastException e) {
            LOG.atInfo()
                    .addKeyValue("upstream", upstream)
                    .log("whether {} was set back is not known: {}", upstream, e.getMessage());
            return Relation.UNKNOWN;
        }
    }
}
