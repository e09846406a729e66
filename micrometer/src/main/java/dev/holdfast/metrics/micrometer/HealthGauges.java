package dev.holdfast.metrics.micrometer;

import dev.holdfast.Health;
import dev.holdfast.Health.Verdict;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How a Holdfast stands, as gauges that share one look. */
final class HealthGauges {

    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final List<String> LOOPS =
            List.of("recover", "policy", "sweep", "collect", "inspect", "seal", "images", "containers");

    private final Supplier<Health> look;
    private final MeterRegistry registry;

    @Nullable private Health last;

    private long lookedAt;

    HealthGauges(Supplier<Health> look, MeterRegistry registry) {
        this.look = look;
        this.registry = registry;
    }

    /** @param webhooks their names; each has a loop of its own */
    void bind(Collection<String> webhooks) {
        for (Verdict verdict : Verdict.values()) {
            gauge("holdfast.health", health -> health.verdict() == verdict ? 1 : 0, "verdict", TagValue.of(verdict));
        }
        stored("holdfast.upstreams", store -> store.upstreams().ready(), "standing", "ready");
        stored("holdfast.upstreams", store -> store.upstreams().failing(), "standing", "failing");
        stored("holdfast.upstreams", store -> store.upstreams().suspended(), "standing", "suspended");
        stored("holdfast.updates", store -> store.updates().pending(), "status", "pending");
        stored("holdfast.updates", store -> store.updates().applying(), "status", "applying");
        stored("holdfast.updates", store -> store.updates().failed(), "status", "failed");
        stored("holdfast.updates", store -> store.updates().retrying(), "status", "retrying");
        stored("holdfast.places.stuck", store -> store.stuck().count());
        stored("holdfast.installs.differing", store -> store.differing().size());
        time("holdfast.sweep.lag", store -> store.upstreams().behind());
        time("holdfast.drift.age", store -> store.updates().oldest().orElse(Duration.ZERO));
        LOOPS.forEach(this::loop);
        webhooks.forEach(name -> loop("webhook " + name));
    }

    private void loop(String name) {
        gauge("holdfast.loop.failures", health -> failures(health, name), "loop", name);
    }

    private static double failures(Health health, String loop) {
        return health.loops().stream()
                .filter(one -> one.name().equals(loop))
                .mapToInt(Health.Loop::failures)
                .sum();
    }

    private void stored(String name, ToDoubleFunction<Health.Store> figure, String... tags) {
        gauge(name, health -> health.store().map(figure::applyAsDouble).orElse(Double.NaN), tags);
    }

    private void time(String name, Function<Health.Store, Duration> figure) {
        TimeGauge.builder(
                        name,
                        () -> health().store()
                                .map(figure)
                                .map(duration -> (double) duration.toMillis())
                                .orElse(Double.NaN),
                        TimeUnit.MILLISECONDS)
                .register(registry);
    }

    private void gauge(String name, ToDoubleFunction<Health> figure, String... tags) {
        Gauge.builder(name, () -> figure.applyAsDouble(health())).tags(tags).register(registry);
    }

    private synchronized Health health() {
        long now = registry.config().clock().monotonicTime();
        Health known = last;
        if (known == null || now - lookedAt > FRESH.toNanos()) {
            known = look.get();
            last = known;
            lookedAt = now;
        }
        return known;
    }
}
