package dev.holdfast.admin;

/** A workspace in JSON. */
record WorkspaceView(String id, String target) {

    static WorkspaceView of(AdminWorkspaces.Entry workspace) {
        return new WorkspaceView(workspace.id().value(), workspace.address().toString());
    }
}
