package dev.holdfast.examples.cli;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Forgets history that decides nothing any more. */
@Command(name = "prune", description = "Forget audit entries, closed operations and updates that are older.")
final class PruneCommand extends HostCommand {

    @Option(names = "--older-than", paramLabel = "DURATION", description = "Such as P90D. Default: ${DEFAULT-VALUE}")
    private Duration age = Duration.ofDays(400);

    PruneCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host host) {
        long rows = host.holdfast().prune(age);
        return SaidAnswer.done(Json.object().put("rows", rows), "forgot " + Words.count(rows, "row"));
    }
}
