package dev.holdfast.spi;

import java.time.Instant;
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
    }
}
