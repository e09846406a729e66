package dev.holdfast.examples.cli;

import dev.holdfast.fleet.Quarantines;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.store.Page;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back what a quarantine forbids and somebody has. */
@Command(
        name = "roll-back",
        description = "Roll back all installs that have what a quarantine forbids, in the rings of a plan.")
final class RollBackCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The quarantine, as 'quarantine list' shows it.")
    private long id;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            required = true,
            description = "The plan: its rings, how many at one time, and when to halt. Soaks are not waited for.")
    private String plan = "";

    RollBackCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        return quarantine(host.holdfast().quarantines())
                .<Answer>map(found ->
                        new RollBackAnswer(host.holdfast().rollouts().rollBack(found, plan, actor(), answer -> {})))
                .orElseGet(() -> SaidAnswer.noSuchThing("there is no quarantine " + id));
    }

    private Optional<Quarantine> quarantine(Quarantines quarantines) {
        return Page.stream(quarantines::list)
                .filter(quarantine -> quarantine.id() == id)
                .findFirst();
    }
}
