package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;

/** Removes what is no longer needed on the targets. */
@Command(name = "collect", description = "Remove left-overs and old releases whose readers have had an hour.")
final class CollectCommand extends HostCommand {

    CollectCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new CollectAnswer(host.holdfast().collect());
    }
}
