package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;

/** Puts broken-off operations in order. */
@Command(name = "recover", description = "Finish or undo operations whose process has died and whose lease has ended.")
final class RecoverCommand extends HostCommand {

    RecoverCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new RecoveryAnswer(host.holdfast().recover().items());
    }
}
