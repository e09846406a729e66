package dev.holdfast.examples.host;

/** A workspace in JSON. */
record WorkspaceView(String id, String target, String createdAt) {

    static WorkspaceView of(Workspace workspace) {
        return new WorkspaceView(
                workspace.id().value(),
                workspace.address().toString(),
                workspace.createdAt().toString());
    }
}
