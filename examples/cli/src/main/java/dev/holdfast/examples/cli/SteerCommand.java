package dev.holdfast.examples.cli;

import dev.holdfast.fleet.Rollouts;
import dev.holdfast.spi.fleet.Rollout;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pauses, resumes or stops a rollout, or opens its next ring. */
@Command
final class SteerCommand extends HostCommand {

    @Parameters(paramLabel = "ID", description = "The rollout, as 'rollout list' shows it.")
    private long id;

    @Option(names = "--note", paramLabel = "TEXT", description = "Why, for the audit.")
    private String note = "";

    private final Way way;

    /** What is decided. */
    interface Way {
        Optional<Rollout> decide(Rollouts rollouts, long id, String actor, String note);
    }

    SteerCommand(Cli cli, Way way) {
        super(cli);
        this.way = way;
    }

    @Override
    Answer answer(Host host) {
        return way.decide(host.holdfast().rollouts(), id, actor(), note)
                .map(now -> SaidAnswer.done(
                        FleetForms.rollout(now),
                        "rollout " + id + " is " + Json.word(now.progress().state()) + ", ring "
                                + (now.progress().ring() + 1) + " of "
                                + now.rings().size()))
                .orElseGet(() -> SaidAnswer.noSuchThing("there is no rollout " + id));
    }
}
