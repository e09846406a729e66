package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Compares what is on the target with what was delivered. */
@Command(name = "verify", description = "Read every file of a plugin back and compare it with what was delivered.")
final class VerifyCommand extends HostCommand {

    @Mixin
    private final PluginArgument plugin = new PluginArgument();

    VerifyCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new VerifyAnswer(plugin.key(), host.holdfast().verify(plugin.key()));
    }
}
