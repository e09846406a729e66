package dev.holdfast.examples.host;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.function.Supplier;

/** Whether all is well: one word for everybody, the whole for operators. */
final class SystemRoutes {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Holdfast holdfast;
    private final Supplier<String> metrics;

    SystemRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.metrics = services.metrics();
    }

    void routes(RoutesConfig routes) {
        routes.get("/healthz", this::health)
                .get("/admin/health", ctx -> Requests.answer(ctx, HealthView.of(holdfast.health())))
                .get("/metrics", ctx -> ctx.result(metrics.get()).contentType(TEXT));
    }

    /** A source that fails is no reason to take this node out of service. */
    private void health(Context ctx) {
        Health.Verdict verdict = holdfast.health().verdict();
        ctx.status(verdict == Health.Verdict.FAILING ? 503 : 200);
        Requests.answer(ctx, Map.of("status", Words.of(verdict)));
    }
}
