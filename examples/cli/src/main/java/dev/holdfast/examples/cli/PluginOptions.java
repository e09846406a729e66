package dev.holdfast.examples.cli;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.WorkspaceId;
import picocli.CommandLine.Option;

/** Which plugin of which workspace. Picocli writes the fields. */
final class PluginOptions {

    @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace. Default: ${DEFAULT-VALUE}")
    WorkspaceId workspace = WorkspaceId.of("default");

    @Option(names = "--plugin", paramLabel = "NAME", required = true, description = "The plugin.")
    PluginName plugin = PluginName.of("unset");

    InstallKey key() {
        return new InstallKey(workspace, plugin);
    }
}
