package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;

/** Applies what policies allow to begin now. */
@Command(name = "auto", description = "Apply the updates that policies allow to begin now.")
final class AutoCommand extends HostCommand {

    AutoCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new AutoAnswer(host.holdfast().updates().applyDue());
    }
}
