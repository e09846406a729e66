package dev.holdfast.spring.boot;

import dev.holdfast.Health;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a health page shows of Holdfast: the same in every line of Boot. */
final class HealthDetails {

    private HealthDetails() {}

    /** Returns whether a node is to get work: one that is degraded works on, and nothing is gained by a restart. */
    static boolean up(Health health) {
        return health.verdict() != Health.Verdict.FAILING;
    }

    static Map<String, Object> of(Health health) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("verdict", health.verdict().name());
        details.put("problems", health.problems());
        health.store().ifPresent(store -> {
            details.put("upstreams", store.upstreams().failing() + " failing");
            details.put("updates", store.updates().failed() + " failed");
            Duration behind = store.upstreams().behind();
            details.put("sweepsBehind", behind.toString());
        });
        details.put(
                "loops",
                health.loops().stream()
                        .filter(Health.Loop::alive)
                        .map(Health.Loop::name)
                        .toList());
        return details;
    }
}
