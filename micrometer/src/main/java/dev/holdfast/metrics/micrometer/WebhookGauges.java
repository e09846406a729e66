package dev.holdfast.metrics.micrometer;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import dev.holdfast.webhook.Webhooks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How the webhooks of this host stand, as gauges that share one look. */
final class WebhookGauges {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Webhooks webhooks;
    private final MeterRegistry registry;

    /** Null while the store cannot be reached. */
    @Nullable private List<WebhookStatus> last;

    private boolean looked;
    private long lookedAt;

    WebhookGauges(Webhooks webhooks, MeterRegistry registry) {
        this.webhooks = webhooks;
        this.registry = registry;
    }

    void bind() {
        for (String name : webhooks.names()) {
            gauge("holdfast.webhook.waiting", name, WebhookStatus::waiting);
            gauge("holdfast.webhook.lost", name, WebhookStatus::lost);
            gauge("holdfast.webhook.failures", name, WebhookStatus::failures);
            gauge(
                    "holdfast.webhook.suspended",
                    name,
                    status -> status.suspended().isPresent() ? 1 : 0);
        }
    }

    /** A webhook that was never told something has nothing that waits. */
    private void gauge(String meter, String name, ToDoubleFunction<WebhookStatus> figure) {
        Gauge.builder(
                        meter,
                        () -> look().map(all -> all.stream()
                                        .filter(status -> status.name().equals(name))
                                        .mapToDouble(figure)
                                        .sum())
                                .orElse(Double.NaN))
                .tag("webhook", name)
                .register(registry);
    }

    private synchronized Optional<List<WebhookStatus>> look() {
        long now = registry.config().clock().monotonicTime();
        if (!looked || now - lookedAt > FRESH.toNanos()) {
            try {
                last = webhooks.own();
            } catch (HoldfastException e) {
                last = null;
            }
            looked = true;
            lookedAt = now;
        }
        return Optional.ofNullable(last);
    }
}
