package dev.holdfast.spi;

/**
 * What an operation holds exclusively: one plugin's folder at one address.
 *
 * @param address the address
 * @param plugin the plugin's name there
 */
public record Destination(TargetAddress address, PluginName plugin) {

    @Override
    public String toString() {
        return address + "/" + plugin;
    }
}
