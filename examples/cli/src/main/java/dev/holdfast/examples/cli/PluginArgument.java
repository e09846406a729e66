package dev.holdfast.examples.cli;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.WorkspaceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which plugin of which workspace, with the plugin as argument or as option. Picocli writes the fields. */
final class PluginArgument {

    @ArgGroup(multiplicity = "1")
    private Name name = new Name();

    @Option(names = "--workspace", paramLabel = "NAME", description = "The workspace. Default: ${DEFAULT-VALUE}")
    private WorkspaceId workspace = WorkspaceId.of("default");

    /** One of the two. */
    static final class Name {

        @Parameters(paramLabel = "PLUGIN", description = "The plugin.")
        @Nullable private PluginName argument;

        @Option(names = "--plugin", paramLabel = "NAME", description = "The same, as an option.")
        @Nullable private PluginName option;

        private PluginName given() {
            PluginName given = argument == null ? option : argument;
            return given == null ? PluginName.of("unset") : given;
        }
    }

    InstallKey key() {
        return new InstallKey(workspace, name.given());
    }
}
