package dev.holdfast.admin;

import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import dev.holdfast.webhook.Webhooks;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is told by HTTP what happens: how that stands, and going on after a person has looked. */
final class WebhookRoutes {

    private final Webhooks webhooks;

    WebhookRoutes(Services services) {
        this.webhooks = services.holdfast().webhooks();
    }

    /**
     * How a webhook stands.
     *
     * @param events which events hosts wanted in the last half hour, types or beginnings of types with a {@code *}
     * @param configured whether this host tells it; others may, or did
     * @param waiting how many entries come after the newest that was taken
     * @param lost how many were pruned before they were taken
     */
    record WebhookView(
            String name,
            List<String> events,
            boolean configured,
            String state,
            long waiting,
            long lost,
            int failures,
            @Nullable String lastError,
            @Nullable String failingSince,
            @Nullable String deliveredAt,
            String dueAt,
            @Nullable String suspended) {

        static WebhookView of(WebhookStatus status, boolean configured) {
            return new WebhookView(
                    status.name(),
                    status.events(),
                    configured,
                    state(status),
                    status.waiting(),
                    status.lost(),
                    status.failures(),
                    status.lastError().orElse(null),
                    status.failingSince().map(Instant::toString).orElse(null),
                    status.deliveredAt().map(Instant::toString).orElse(null),
                    status.dueAt().toString(),
                    status.suspended().orElse(null));
        }

        private static String state(WebhookStatus status) {
            if (status.suspended().isPresent()) {
                return "suspended";
            }
            return status.failures() > 0 ? "failing" : "ready";
        }
    }

    void routes(Routes routes) {
        routes.get("/admin/webhooks", this::list).post("/admin/webhooks/{name}/resume", this::resume);
    }

    private void list(Exchange ctx) {
        Requests.answer(
                ctx,
                webhooks.list().stream()
                        .map(known -> WebhookView.of(known, webhooks.names().contains(known.name())))
                        .toList());
    }

    private void resume(Exchange ctx) {
        String name = ctx.pathParam("name");
        if (!webhooks.resume(name, ctx.actor())) {
            throw ProblemException.notFound("no webhook '" + name + "' was ever told something");
        }
        ctx.status(204);
    }
}
