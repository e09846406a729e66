package dev.holdfast.examples.cli;

import dev.holdfast.spi.UpdateStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a failed update pending again. */
@Command(name = "retry", description = "Make a failed update pending again.")
final class RetryCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The update, as 'pending --status FAILED' lists it.")
    private long id;

    RetryCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new DecisionAnswer(
                id, UpdateStatus.PENDING, host.holdfast().updates().retry(id, actor()));
    }
}
