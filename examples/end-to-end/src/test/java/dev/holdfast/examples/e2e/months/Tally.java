package dev.holdfast.examples.e2e.months;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Reason;
import java.util.Map;
import java.util.TreeMap;

/** Counts what happened. */
final class Tally {

    private static final Map<Kind, String> NAMES = Map.of(
            Kind.INSTALL, "first installs",
            Kind.UPGRADE, "upgrades",
            Kind.ROLLBACK, "rollbacks",
            Kind.REPAIR, "repairs",
            Kind.UNINSTALL, "uninstalls");

    private final Map<String, Long> counts = new TreeMap<>();

    synchronized void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    synchronized long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    void hear(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.Committed committed) {
            Kind kind = committed.operation().kind();
            String who = committed.operation().actor().equals("policy") ? " by policy" : "";
            count(NAMES.getOrDefault(kind, "other operations") + who, 1);
        } else if (event instanceof HoldfastEvent.Failed failed) {
            count(failed.reason() == Reason.UNHEALTHY ? "failed probations" : "failed operations", 1);
        } else if (event instanceof HoldfastEvent.Recovered) {
            count("recovered", 1);
        } else if (event instanceof HoldfastEvent.Collected collected) {
            count("collections", 1);
            count("releases collected", collected.releases());
        } else if (event instanceof HoldfastEvent.UpdateQueued) {
            count("updates queued", 1);
        }
    }
}
