package dev.holdfast;

import java.util.Map;

/**
 * What policies did in one pass over the pending updates whose installs have one that is not manual.
 *
 * @param applied updates that were applied
 * @param failed updates whose attempt failed; each is tried again later, or is {@code FAILED}
 * @param deferred updates that may begin, and wait for the next pass, because enough began in this one
 * @param waiting updates that may not begin yet, by the reason
 */
public record PolicyReport(int applied, int failed, int deferred, Map<Explanation.Code, Integer> waiting) {

    /** Copies the map. */
    public PolicyReport {
        waiting = Map.copyOf(waiting);
    }
}
