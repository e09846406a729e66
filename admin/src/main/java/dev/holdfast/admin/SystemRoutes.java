package dev.holdfast.admin;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether all is well: one word for everybody, the whole for operators. */
final class SystemRoutes {

    private final Holdfast holdfast;
    private final AdminAccess access;
    private final SharedAnswers shared;

    SystemRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.access = services.access();
        this.shared = services.shared();
    }

    /**
     * The caller, for the page.
     *
     * @param csrfHeader what requests that change something must carry; null if nothing
     */
    record SessionView(
            String name,
            boolean mayDecide,
            @Nullable String csrfHeader,
            @Nullable String csrfToken,
            HealthView health) {}

    void routes(Routes routes) {
        routes.page("/healthz", this::health)
                .get("/admin/health", ctx -> Requests.answer(ctx, HealthView.of(holdfast.health())))
                .get("/admin/session", this::session);
    }

    /** Who asks, what that caller may do, and how Holdfast stands: all that the frame of the page shows. */
    private void session(Exchange ctx) {
        Optional<AdminCsrf> csrf = access.csrf(ctx.request());
        Requests.answer(
                ctx,
                new SessionView(
                        ctx.actor(),
                        ctx.caller().right() == AdminCaller.Right.DECIDE,
                        csrf.map(AdminCsrf::header).orElse(null),
                        csrf.map(AdminCsrf::token).orElse(null),
                        shared.of("health", () -> HealthView.of(holdfast.health()))));
    }

    /** A source that fails is no reason to take this node out of service. */
    private void health(Exchange ctx) {
        Health.Verdict verdict = holdfast.health().verdict();
        ctx.status(verdict == Health.Verdict.FAILING ? 503 : 200);
        Requests.answer(ctx, Map.of("status", Words.of(verdict)));
    }
}
