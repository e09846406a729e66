package dev.holdfast.examples.cli;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.WorkspaceId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which workspace and plugin to look at; all of them unless said. Picocli writes the fields. */
final class FilterOptions {

    @Option(names = "--workspace", paramLabel = "NAME", description = "Only this workspace.")
    private @Nullable WorkspaceId workspace;

    @Option(names = "--plugin", paramLabel = "NAME", description = "Only plugins of this name.")
    private @Nullable PluginName plugin;

    Optional<WorkspaceId> workspace() {
        return Optional.ofNullable(workspace);
    }

    Optional<PluginName> plugin() {
        return Optional.ofNullable(plugin);
    }

    boolean matches(Install install) {
        return workspace().filter(wanted -> !wanted.equals(install.workspace())).isEmpty()
                && plugin().filter(wanted -> !wanted.equals(install.plugin())).isEmpty();
    }
}
