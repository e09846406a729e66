package dev.holdfast.release;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;

/**
 * Whose a release is, as its marker names it.
 *
 * @param workspace the workspace that it was delivered for
 * @param address the address that it was delivered to
 */
public record ReleaseOwner(WorkspaceId workspace, TargetAddress address) {}
