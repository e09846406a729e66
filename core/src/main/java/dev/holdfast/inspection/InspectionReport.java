package dev.holdfast.inspection;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Reason;
import java.util.List;

/**
 * What one pass over the installs that were due did.
 *
 * @param looked how many were looked at
 * @param verified of how many of them every file was compared
 * @param differing what was found to differ from its record, whether or not that was known before
 * @param repaired which of those were repaired, as their policies say
 * @param failures which could not be looked at, or repaired; each is tried again
 */
public record InspectionReport(
        int looked, int verified, List<Observation> differing, List<InstallKey> repaired, List<Failure> failures) {

    /** Copies the lists. */
    public InspectionReport {
        differing = List.copyOf(differing);
        repaired = List.copyOf(repaired);
        failures = List.copyOf(failures);
    }

    /**
     * An install that could not be looked at, or repaired.
     *
     * @param key which
     * @param reason why, for machines
     * @param message why, for people
     */
    public record Failure(InstallKey key, Reason reason, String message) {}
}
