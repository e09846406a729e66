package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import io.javalin.config.RoutesConfig;

/** Who decided what, when, and how it ended. */
final class AuditRoutes {

    private final Holdfast holdfast;

    AuditRoutes(Services services) {
        this.holdfast = services.holdfast();
    }

    void routes(RoutesConfig routes) {
        routes.get(
                "/admin/audit",
                ctx -> Requests.answer(
                        ctx,
                        Requests.workspaceQuery(ctx)
                                .map(workspace -> holdfast.audit(workspace, Requests.page(ctx)))
                                .orElseGet(() -> holdfast.audit(Requests.page(ctx))),
                        AuditView::of));
    }
}
