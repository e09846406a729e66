package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what an update would change. */
@Command(name = "diff", description = "Show what an update would change: its commits and files.")
final class DiffCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The update, as 'pending' lists it.")
    private long id;

    DiffCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new DiffAnswer(id, host.holdfast().updates().changes(id));
    }
}
