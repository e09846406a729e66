package dev.holdfast.admin;

/** The workspaces that the host names. To make and to remove one is the host's own. */
final class WorkspaceRoutes {

    private final Workspaces workspaces;

    WorkspaceRoutes(Services services) {
        this.workspaces = new Workspaces(services.workspaces());
    }

    void routes(Routes routes) {
        routes.get("/workspaces", ctx -> Requests.answer(ctx, workspaces.list(Requests.page(ctx)), WorkspaceView::of))
                .get(
                        "/workspaces/{workspace}",
                        ctx -> Requests.answer(ctx, WorkspaceView.of(workspaces.existing(Requests.workspace(ctx)))));
    }
}
