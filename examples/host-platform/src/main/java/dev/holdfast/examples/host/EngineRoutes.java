package dev.holdfast.examples.host;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerIndex.ContainerQuery;
import dev.holdfast.spi.container.WorkloadId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;

/** The container index, and the images that are watched. Without an engine both are empty, and that is no error. */
final class EngineRoutes {

    private final ContainerIndex index;
    private final Optional<ContainerReconciler> reconciler;
    private final EventHub events;

    EngineRoutes(Services services) {
        this.index = services.index();
        this.reconciler = services.holdfast().containers();
        this.events = services.events();
    }

    void routes(RoutesConfig routes) {
        routes.get("/admin/containers", this::list)
                .post("/admin/containers/reconcile", this::reconcile)
                .get("/admin/images", this::images);
    }

    private void list(Context ctx) {
        ContainerQuery query = Requests.query(ctx, "workspace")
                .map(workspace -> ContainerQuery.of(WorkloadId.of(workspace)))
                .orElse(ContainerQuery.all());
        Requests.answer(ctx, index.list(query, Requests.page(ctx)), ContainerView::of);
    }

    private void reconcile(Context ctx) {
        reconciler.ifPresent(ContainerReconciler::reconcile);
        ctx.status(204);
    }

    private void images(Context ctx) {
        Requests.answer(ctx, events.lastImages());
    }
}
