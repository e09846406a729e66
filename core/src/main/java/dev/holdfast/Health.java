package dev.holdfast;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.store.PlaceStore.Troubles;
import dev.holdfast.spi.store.UpdateStore.Backlog;
import dev.holdfast.spi.store.UpstreamStore.UpstreamSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one Holdfast stood at a moment: for a host's health page and its metrics. What concerns the store is the same on
 * all nodes that share it; the loops are this node's.
 *
 * @param at when, by the host's clock
 * @param problems why the verdict is not {@link Verdict#READY}, a sentence each, the worst first; empty if it is
 * @param verdict one word for all of it
 * @param store what the store said; empty if it could not be reached
 * @param schemes the schemes that resolvers are registered for
 * @param targets how many targets are registered
 * @param loops this node's loops, empty before {@link Holdfast#start()}; those of images and containers are among them
 *     where {@link HoldfastBuilder} was given them
 */
public record Health(
        Instant at,
        Verdict verdict,
        List<String> problems,
        Optional<Store> store,
        Set<String> schemes,
        int targets,
        List<Loop> loops) {

    /** Copies the lists. */
    public Health {
        problems = List.copyOf(problems);
        schemes = Set.copyOf(schemes);
        loops = List.copyOf(loops);
    }

    /** One word for all of it. */
    public enum Verdict {
        /** Everything works. Upstreams that a person suspended count as working. */
        READY,
        /**
         * Something fails and is tried again by itself; the rest works. Look at it, do not take the node out of
         * service.
         */
        DEGRADED,
        /**
         * Nothing can be installed or decided on now: the store cannot be reached or written, or this Holdfast is
         * closed.
         */
        FAILING
    }

    /**
     * What the store said.
     *
     * @param upstreams how the upstreams stand, with at most 100 of those in trouble
     * @param updates how much waits for a decision
     * @param stuck what is due to go and cannot be removed, with at most 100 of the places
     * @param differing installs that differ from what stands on their targets, the first 100 by key
     */
    public record Store(UpstreamSummary upstreams, Backlog updates, Troubles stuck, List<Observation> differing) {

        /** Copies the list. */
        public Store {
            differing = List.copyOf(differing);
        }
    }

    /**
     * One loop of this node.
     *
     * @param name what it does: {@code recover}, {@code policy}, {@code sweep}, {@code collect}, {@code inspect};
     *     {@code images} of an {@link ImageWatcher}, {@code containers} of a {@link ContainerReconciler}
     * @param every how long it rests between two rounds
     * @param runningSince when the round began that is under way; empty between two rounds
     * @param endedAt when the last round ended; empty before the first did
     * @param failures how many rounds in a row ended with an exception; 0 after one that went well
     * @param lastError what the last round ended with; empty if it went well
     * @param alive whether more rounds will come; false after a loop has died, which none should
     */
    public record Loop(
            String name,
            Duration every,
            Optional<Instant> runningSince,
            Optional<Instant> endedAt,
            int failures,
            Optional<String> lastError,
            boolean alive) {}
}
