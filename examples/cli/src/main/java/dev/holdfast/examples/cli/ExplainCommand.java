package dev.holdfast.examples.cli;

import dev.holdfast.spi.Install;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says why nothing happens to a plugin. */
@Command(name = "explain", description = "Say why a plugin is at the revision it is at, and what can happen next.")
final class ExplainCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    ExplainCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        var explanation = host.holdfast().explain(plugin.key());
        Install install = host.holdfast().find(plugin.key()).orElseThrow();
        return new ExplainAnswer(install.policy(), explanation);
    }
}
