package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes what is on the target whole again. */
@Command(name = "repair", description = "Deliver the recorded revision again where verify finds it damaged or missing.")
final class RepairCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    RepairCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new ChangeAnswer(host.holdfast().repair(plugin.key(), actor()));
    }
}
