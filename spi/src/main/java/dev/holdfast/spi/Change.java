package dev.holdfast.spi;

import java.util.Optional;

/**
 * What changed in a workspace.
 *
 * @param operation the id of the operation that changed it; with {@code kind} the same whenever the call is repeated
 * @param kind what was done; {@link Operation.Kind#ROLLBACK} also for an update that failed its probation, which bears
 *     the same operation as the update
 * @param plugin the plugin
 * @param from the revision before; empty for a first install
 * @param to the revision now; empty for an uninstall
 */
public record Change(
        long operation, Operation.Kind kind, PluginName plugin, Optional<Revision> from, Optional<Revision> to) {}
