package dev.holdfast.admin;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerIndex.ContainerQuery;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;

/** The container index, and the images that are watched. Without an engine both are empty, and that is no error. */
final class EngineRoutes {

    private final Optional<ContainerIndex> index;
    private final Optional<ContainerReconciler> reconciler;
    private final AdminEvents events;

    EngineRoutes(Services services) {
        this.index = services.index();
        this.reconciler = services.holdfast().containers();
        this.events = services.events();
    }

    void routes(Routes routes) {
        routes.get("/admin/containers", this::list)
                .post("/admin/containers/reconcile", this::reconcile)
                .get("/admin/images", this::images);
    }

    private void list(Exchange ctx) {
        ContainerQuery query = Requests.query(ctx, "workspace")
                .map(workspace -> ContainerQuery.of(WorkloadId.of(workspace)))
                .orElse(ContainerQuery.all());
        Page.Request page = Requests.page(ctx);
        Requests.answer(
                ctx,
                index.map(known -> known.list(query, page)).orElse(new Page<>(List.of(), Optional.empty())),
                ContainerView::of);
    }

    private void reconcile(Exchange ctx) {
        reconciler.ifPresent(ContainerReconciler::reconcile);
        ctx.status(204);
    }

    private void images(Exchange ctx) {
        Requests.answer(ctx, events.lastImages());
    }
}
