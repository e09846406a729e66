package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The platform's workspaces: make, list, forget. */
final class WorkspaceRoutes {

    private final Holdfast holdfast;
    private final Workspaces workspaces;
    private final Places places;

    WorkspaceRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.workspaces = services.workspaces();
        this.places = services.places();
    }

    /** Where the workspace is: in this container, or in a directory of its own. */
    record Wanted(@Nullable String container) {}

    void routes(RoutesConfig routes) {
        routes.get("/workspaces", ctx -> Requests.answer(ctx, workspaces.list(Requests.page(ctx)), WorkspaceView::of))
                .get(
                        "/workspaces/{workspace}",
                        ctx -> Requests.answer(ctx, WorkspaceView.of(workspaces.existing(Requests.workspace(ctx)))))
                .put("/workspaces/{workspace}", this::put)
                .delete("/workspaces/{workspace}", this::forget);
    }

    private void put(Context ctx) {
        WorkspaceId id = Requests.workspace(ctx);
        Wanted wanted = Requests.body(ctx, Wanted.class);
        TargetAddress address = places.of(id, Optional.ofNullable(wanted.container()));
        ctx.status(workspaces.create(id, address) ? 201 : 200);
        Requests.answer(ctx, WorkspaceView.of(workspaces.existing(id)));
    }

    /** The workspace is gone, or about to be: nothing is touched there, and nothing of it is asked for any more. */
    private void forget(Context ctx) {
        Workspace workspace = workspaces.existing(Requests.workspace(ctx));
        holdfast.forget(workspace.id(), Access.actor(ctx));
        workspaces.remove(workspace.id());
        ctx.status(204);
    }
}
