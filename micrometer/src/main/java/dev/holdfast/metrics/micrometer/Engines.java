package dev.holdfast.metrics.micrometer;

import dev.holdfast.containers.ContainerReport;
import dev.holdfast.images.ImageReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;

/** The newest look at each engine's containers and at the images, as gauges that appear with the first look. */
final class Engines {

    private static final ImageReport NONE = new ImageReport(List.of());

    private final MeterRegistry registry;
    private final Map<String, ContainerReport> containers = new ConcurrentHashMap<>();

    private volatile ImageReport images = NONE;
    private final AtomicBoolean imagesAreKnown = new AtomicBoolean();

    Engines(MeterRegistry registry) {
        this.registry = registry;
    }

    void indexed(ContainerReport report) {
        registry.counter("holdfast.containers.missing")
                .increment(report.missing().size());
        synchronized (containers) {
            boolean first = containers.isEmpty();
            containers.put(report.host(), report);
            if (!first) {
                return;
            }
        }
        gauge("indexed", ContainerReport::indexed);
        gauge("unclaimed", ContainerReport::unclaimed);
        gauge("waiting", ContainerReport::waiting);
        gauge("absent", ContainerReport::absent);
        gauge("refused", look -> look.refused().size());
    }

    void images(ImageReport report) {
        images = report;
        if (imagesAreKnown.getAndSet(true)) {
            return;
        }
        for (ImageReport.Outcome outcome : ImageReport.Outcome.values()) {
            Gauge.builder("holdfast.images", () -> images.of(outcome).size())
                    .tag("outcome", TagValue.of(outcome))
                    .register(registry);
        }
    }

    private void gauge(String state, ToIntFunction<ContainerReport> figure) {
        Gauge.builder(
                        "holdfast.containers",
                        () -> containers.values().stream().mapToInt(figure).sum())
                .tag("state", state)
                .register(registry);
    }
}
