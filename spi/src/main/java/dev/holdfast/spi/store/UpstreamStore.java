package dev.holdfast.spi.store;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of the upstreams that installs follow, and which of them must not be asked. */
public interface UpstreamStore {

    /** Returns what is known of one upstream; empty if no install follows it. */
    Optional<UpstreamStatus> find(Upstream upstream);

    /** Lists what is known of the upstreams, ordered by key. */
    Page<UpstreamStatus> list(Page.Request page);

    /**
     * Stops an upstream from being asked until {@link #resume}; who asks it at this moment may still record the answer.
     * Suspending twice keeps the newer reason. Audited.
     *
     * @param why for people, not blank
     * @return false if no install follows it
     */
    boolean suspend(Upstream upstream, String actor, String why);

    /**
     * Lets a suspended upstream be asked again, at once. Audited.
     *
     * @return false if it was not suspended
     */
    boolean resume(Upstream upstream, String actor);

    /**
     * Returns how many upstreams stand how, and names those that are not ready: one read, whatever their number.
     *
     * @param most how many to name, from 0 to {@link Page#LARGEST}
     */
    UpstreamSummary summary(int most);

    /** How an upstream stands. */
    enum Standing {
        /** It is asked when it is due, and answered when it was last asked, or was not asked yet. */
        READY,
        /** It could not be asked the last time; it is asked again by itself. */
        FAILING,
        /** A person stopped it from being asked, whether it answered or not. */
        SUSPENDED
    }

    /**
     * All upstreams in figures.
     *
     * @param ready how many are ready
     * @param failing how many are failing
     * @param suspended how many are suspended
     * @param behind how long the one has been due that is due longest, held by nobody and not suspended; zero if none
     *     is
     * @param troubled those that are not ready, the longest failing first, then the suspended by key
     */
    record UpstreamSummary(long ready, long failing, long suspended, Duration behind, List<UpstreamStatus> troubled) {

        /** Copies the list. */
        public UpstreamSummary {
            troubled = List.copyOf(troubled);
        }
    }

    /**
     * What is known of one upstream.
     *
     * @param upstream which
     * @param installs how many installs follow it
     * @param failures how often in a row it could not be asked
     * @param lastError why the last attempt failed; empty after a success
     * @param failingSince when the first of those attempts failed; empty after a success
     * @param checkedAt when it last answered
     * @param dueAt when it is asked next, unless it is suspended
     * @param suspended why it is not asked; empty unless it is suspended
     * @param refs where each followed ref stood when it last answered; a ref that it did not have is absent
     */
    record UpstreamStatus(
            Upstream upstream,
            long installs,
            int failures,
            Optional<String> lastError,
            Optional<Instant> failingSince,
            Optional<Instant> checkedAt,
            Instant dueAt,
            Optional<String> suspended,
            Map<TrackedRef, Revision> refs) {

        /** Copies the map. */
        public UpstreamStatus {
            refs = Map.copyOf(refs);
        }

        /** Returns how it stands. */
        public Standing standing() {
            if (suspended.isPresent()) {
                return Standing.SUSPENDED;
            }
            return lastError.isPresent() ? Standing.FAILING : Standing.READY;
        }
    }
}
