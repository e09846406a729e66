package dev.holdfast.admin;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.util.Optional;

/**
 * The host's word on which workspaces there are and where their plugins go. Callers name a workspace; its address is
 * never theirs to choose. Safe for use by several threads.
 */
public interface AdminWorkspaces {

    /**
     * A workspace.
     *
     * @param id its name
     * @param address where its plugins go
     */
    record Entry(WorkspaceId id, TargetAddress address) {}

    /** Lists workspaces, ordered by name. */
    Page<Entry> list(Page.Request page);

    /** Returns one workspace; empty if there is none of that name, so that nothing is installed there. */
    Optional<Entry> find(WorkspaceId id);
}
