package dev.holdfast.inspection;

import dev.holdfast.inspection.InspectionReport.Failure;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import java.util.ArrayList;
import java.util.List;

/** Counts what a pass does, on several threads. */
final class InspectionCount {

    private final List<Observation> differing = new ArrayList<>();
    private final List<InstallKey> repaired = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private int looked;
    private int verified;

    synchronized void looked(boolean content) {
        looked++;
        verified += content ? 1 : 0;
    }

    synchronized void differs(Observation observation) {
        differing.add(observation);
    }

    synchronized void repaired(InstallKey key) {
        repaired.add(key);
    }

    synchronized void failed(InstallKey key, HoldfastException why) {
        failures.add(new Failure(key, why.reason(), String.valueOf(why.getMessage())));
    }

    synchronized InspectionReport report() {
        return new InspectionReport(looked, verified, differing, repaired, failures);
    }
}
