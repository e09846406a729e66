package dev.holdfast;

import dev.holdfast.spi.Reason;
import java.util.List;
import java.util.Map;

/**
 * What policies did in one pass over the pending updates whose installs have one that is not manual.
 *
 * @param applied updates that were applied
 * @param failed updates whose attempt failed; each is tried again later, or is {@code FAILED}
 * @param deferred updates that may begin, and wait for the next pass, because enough began in this one
 * @param waiting updates that may not begin yet, by the reason
 * @param failures what went wrong with which update
 */
public record PolicyReport(
        int applied, int failed, int deferred, Map<Explanation.Code, Integer> waiting, List<Failure> failures) {

    /** Copies the map and the list. */
    public PolicyReport {
        waiting = Map.copyOf(waiting);
        failures = List.copyOf(failures);
    }

    /**
     * An update whose attempt failed, or that could not be judged.
     *
     * @param update its id
     * @param reason why, for machines
     * @param message why, for people
     */
    public record Failure(long update, Reason reason, String message) {}
}
