package dev.holdfast.examples.cli;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.fleet.Rollout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Begins a rollout by hand. */
@Command(
        name = "start",
        description = "Roll a revision out to all installs of a source that have a pending update to it.")
final class StartRolloutCommand extends HostCommand {

    @Option(names = "--plan", paramLabel = "NAME", required = true, description = "The plan.")
    private String plan = "";

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            required = true,
            description = "The source; its ref does not count.")
    private Source source = Source.parse("local://unset");

    @Option(names = "--revision", paramLabel = "REVISION", required = true, description = "The revision, in full.")
    private Revision revision = Revision.of("0".repeat(40));

    StartRolloutCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        Rollout begun = host.holdfast().rollouts().start(plan, source, revision, actor());
        return SaidAnswer.done(
                FleetForms.rollout(begun),
                "rollout " + begun.id() + " has begun; 'holdfast auto' begins its members, ring by ring");
    }
}
