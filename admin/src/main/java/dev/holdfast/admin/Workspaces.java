package dev.holdfast.admin;

import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;

/** The host's workspaces, as routes ask for them. */
final class Workspaces {

    private final AdminWorkspaces host;

    Workspaces(AdminWorkspaces host) {
        this.host = host;
    }

    Page<AdminWorkspaces.Entry> list(Page.Request page) {
        return host.list(page);
    }

    /** Returns the workspace of that name, or refuses with the problem that there is none. */
    AdminWorkspaces.Entry existing(WorkspaceId id) {
        return host.find(id).orElseThrow(() -> ProblemException.notFound("there is no workspace " + id));
    }
}
