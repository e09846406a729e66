package dev.holdfast.metrics.micrometer;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.inspection.InspectionSchedule;
import dev.holdfast.spi.Observation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.stream.Stream;

/** The code that the manual shows, as the compiler sees it. */
final class MetricsWiring {

    private MetricsWiring() {}

    static Holdfast wire(HoldfastBuilder builder, MeterRegistry registry) {
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);
        Holdfast holdfast = builder.listener(metrics).build();
        metrics.watch(holdfast);
        return holdfast;
    }

    static Holdfast trace(HoldfastBuilder builder, ObservationRegistry observations) {
        Holdfast traced = builder.tracing(HoldfastObservations.to(observations)).build();
        return traced;
    }

    static Stream<Observation> inspect(HoldfastBuilder builder, Holdfast holdfast) {
        InspectionSchedule schedule = InspectionSchedule.standard().placement(Duration.ofHours(6));
        builder.inspections(schedule);
        Stream<Observation> differing = holdfast.inspections().differing();
        return differing;
    }
}
