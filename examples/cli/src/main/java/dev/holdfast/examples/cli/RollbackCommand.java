package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Return to the release that was live before, without the source. */
@Command(name = "rollback", description = "Return to the release that was live before, without the source.")
final class RollbackCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    RollbackCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new ChangeAnswer(host.holdfast().rollback(plugin.key(), actor()));
    }
}
