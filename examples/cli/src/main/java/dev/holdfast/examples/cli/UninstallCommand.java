package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Remove a plugin from its workspace. */
@Command(name = "uninstall", description = "Remove a plugin from its workspace.")
final class UninstallCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    UninstallCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new ChangeAnswer(host.holdfast().uninstall(plugin.key(), actor()));
    }
}
