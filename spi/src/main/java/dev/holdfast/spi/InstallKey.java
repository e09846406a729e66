package dev.holdfast.spi;

/**
 * What an install is known by: one plugin in one workspace.
 *
 * @param workspace the workspace
 * @param plugin the plugin
 */
public record InstallKey(WorkspaceId workspace, PluginName plugin) {

    /** Returns the key of these two names. */
    public static InstallKey of(String workspace, String plugin) {
        return new InstallKey(WorkspaceId.of(workspace), PluginName.of(plugin));
    }

    @Override
    public String toString() {
        return workspace + "/" + plugin;
    }
}
