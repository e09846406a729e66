package dev.holdfast.examples.cli;

import dev.holdfast.spi.UpdateStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Declines an update. */
@Command(name = "dismiss", description = "Decline an update; its revision is not queued again for that plugin.")
final class DismissCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The update, as 'pending' lists it.")
    private long id;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the audit.")
    private String note = "";

    DismissCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return new DecisionAnswer(
                id, UpdateStatus.DISMISSED, host.holdfast().updates().dismiss(id, actor(), note));
    }
}
