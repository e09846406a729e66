package dev.holdfast.spi;

/**
 * Makes a workspace notice that a plugin changed: a restart, a hot reload, whatever the host does.
 *
 * <p>Called after a change is live and recorded: once without a crash, at least once with one, always with the same
 * {@link Change#operation()} and kind, by which an implementation can tell a repetition. An exception does not undo the
 * change; it is reported.
 */
@FunctionalInterface
public interface WorkspaceReloader {

    /** Reloads the workspace, or decides that it need not. */
    void reload(WorkspaceId workspace, Change change, Deadline deadline);
}
