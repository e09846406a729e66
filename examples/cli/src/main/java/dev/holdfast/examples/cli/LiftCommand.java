package dev.holdfast.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a quarantine. */
@Command(name = "lift", description = "End a quarantine now.")
final class LiftCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The quarantine, as 'quarantine list' shows it.")
    private long id;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the audit.")
    private String note = "";

    LiftCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return host.holdfast()
                .quarantines()
                .lift(id, actor(), note)
                .map(now -> SaidAnswer.done(
                        FleetForms.quarantine(now), "quarantine " + id + " of " + now.content() + " has ended"))
                .orElseGet(() -> SaidAnswer.noSuchThing("there is no quarantine " + id));
    }
}
