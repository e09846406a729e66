package dev.holdfast.examples.host;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import java.time.Instant;

/**
 * Somewhere that plugins run.
 *
 * @param id its name
 * @param address where its plugins are: our word, never a caller's
 * @param createdAt when it was made
 */
record Workspace(WorkspaceId id, TargetAddress address, Instant createdAt) {}
