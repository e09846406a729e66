package dev.holdfast.examples.cli;

import dev.holdfast.spi.store.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what was done to one install. */
@Command(name = "history", description = "List what was done to one plugin, and its updates, newest first.")
final class HistoryCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    HistoryCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new HistoryAnswer(
                plugin.key(),
                host.holdfast().operations(plugin.key()).toList(),
                host.holdfast()
                        .updates()
                        .history(plugin.key(), Page.Request.first(Page.LARGEST))
                        .items());
    }
}
