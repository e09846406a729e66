package dev.holdfast.metrics.micrometer;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import io.micrometer.core.instrument.MeterRegistry;

/** The code that the manual shows, as the compiler sees it. */
final class MetricsWiring {

    private MetricsWiring() {}

    static Holdfast wire(HoldfastBuilder builder, MeterRegistry registry) {
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);
        Holdfast holdfast = builder.listener(metrics).build();
        metrics.watch(holdfast);
        return holdfast;
    }
}
